/** Named float tensors and a little JSON in one file: the format of checkpoints and weights. */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { EarshotError } from '@earshot/shared/errors.ts';

export interface NamedTensor {
  shape: number[];
  data: Float32Array;
}
export interface TensorFile<Meta> {
  meta: Meta;
  tensors: Map<string, NamedTensor>;
}

export async function writeTensors<Meta>(path: string, { meta, tensors }: TensorFile<Meta>): Promise<void> {
  const body = Buffer.concat(
    [...tensors.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  );
  const sha256 = createHash('sha256').update(body).digest('hex');
  const header = Buffer.from(
    `${JSON.stringify({ meta, sha256, tensors: [...tensors].map(([name, { shape }]) => ({ name, shape })) })}\n`,
  );
  // Rename the file only after its bytes are on the disk, so that a killed run still has its last complete checkpoint.
  const file = await open(`${path}.part`, 'w');
  try {
    await file.writeFile(Buffer.concat([header, body]));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

/** Returns null when the file does not exist. */
export async function readTensors<Meta>(path: string): Promise<TensorFile<Meta> | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const end = bytes.indexOf(0x0a);
  const header = JSON.parse(bytes.toString('utf8', 0, end)) as {
    meta: Meta;
    sha256: string;
    tensors: { name: string; shape: number[] }[];
  };
  const body = new Uint8Array(bytes.subarray(end + 1));
  if (createHash('sha256').update(body).digest('hex') !== header.sha256)
    throw new EarshotError('RECORD_CORRUPT', `${path} does not match its checksum.`);
  let at = 0;
  const tensors = new Map<string, NamedTensor>();
  for (const { name, shape } of header.tensors) {
    const count = shape.reduce((product, n) => product * n, 1);
    tensors.set(name, { shape, data: new Float32Array(body.buffer, at, count) });
    at += count * 4;
  }
  return { meta: header.meta, tensors };
}
