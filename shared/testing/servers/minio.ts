import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers } from './connects.ts';
import { program } from './installed.ts';
import { freePort, launch, type Server } from './supervised.ts';

export interface S3Server extends Server {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** MinIO. Its checksums, If-None-Match, presigned links and their expiry behave like those of S3. */
export async function startMinio(options: { port?: number } = {}): Promise<S3Server> {
  const port = options.port ?? (await freePort());
  const dir = await mkdtemp(join(tmpdir(), 'earshot-minio-'));
  const keys = { accessKeyId: 'earshot', secretAccessKey: 'earshot-test-secret' };
  const stop = await launch({
    name: 'MinIO',
    dir,
    command: [program('bin/minio'), 'server', '--quiet', '--address', `127.0.0.1:${port}`, dir],
    env: {
      MINIO_ROOT_USER: keys.accessKeyId,
      MINIO_ROOT_PASSWORD: keys.secretAccessKey,
      MINIO_BROWSER: 'off',
      HOME: dir,
    },
    ready: () => answers(`http://127.0.0.1:${port}/minio/health/live`),
  });
  return { port, endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', ...keys, stop };
}
