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

/** The file: length of the JSON, the JSON, the evidence, the times. */
function encode({ rows, atS, ...rest }: RecordedStream): Buffer {
  const json = Buffer.from(JSON.stringify({ ...rest, evidence: rows.length, evaluations: atS.length }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, bytesOf(rows), bytesOf(atS)]);
}

function decode(bytes: Buffer): RecordedStream {
  const start = 4 + bytes.readUInt32LE(0);
  const { evidence, evaluations, ...rest } = JSON.parse(bytes.toString('utf8', 4, start)) as Header;
  const rows = new Float32Array(evidence);
  bytesOf(rows).set(bytes.subarray(start, start + rows.byteLength));
  const atS = new Float64Array(evaluations);
  bytesOf(atS).set(bytes.subarray(start + rows.byteLength));
  return { ...rest, rows, atS };
}

type Header = Omit<RecordedStream, 'rows' | 'atS'> & { evidence: number; evaluations: number };

const bytesOf = (array: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
