/** Recorded streams on disk, so that a killed calibration can be resumed and its figures can be computed again. */
import { join } from 'node:path';
import { keptFile } from '../kept-file.ts';
import type { RecordedStream } from './recorded-stream.ts';

export class StreamStore {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Returns the stored stream `name`. If there is none, records it and stores it. */
  async take(name: string, record: () => Promise<RecordedStream>): Promise<RecordedStream> {
    return decode(await keptFile(join(this.folder, name), async () => encode(await record())));
  }
}

/** The file: length of the JSON, the JSON, the evidence, the times, the moments. */
function encode({ rows, atS, moments, ...rest }: RecordedStream): Buffer {
  const lengths = { evidence: rows.length, evaluations: atS.length, momentNumbers: moments.length };
  const json = Buffer.from(JSON.stringify({ ...rest, ...lengths }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, bytesOf(rows), bytesOf(atS), bytesOf(moments)]);
}

function decode(bytes: Buffer): RecordedStream {
  let at = 4 + bytes.readUInt32LE(0);
  const { evidence, evaluations, momentNumbers, ...rest } = JSON.parse(bytes.toString('utf8', 4, at)) as Header;
  const read = <T extends Float32Array | Float64Array>(array: T): T => {
    bytesOf(array).set(bytes.subarray(at, at + array.byteLength));
    at += array.byteLength;
    return array;
  };
  return {
    ...rest,
    rows: read(new Float32Array(evidence)),
    atS: read(new Float64Array(evaluations)),
    moments: read(new Float64Array(momentNumbers)),
  };
}

type Header = Omit<RecordedStream, 'rows' | 'atS' | 'moments'> & {
  evidence: number;
  evaluations: number;
  momentNumbers: number;
};

const bytesOf = (array: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
