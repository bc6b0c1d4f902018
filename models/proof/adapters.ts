import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase } from '@earshot/cloud/store/database.ts';
import { startCloudAtScale } from '@earshot/cloud/testing/scale.ts';
import { writeTestRelease } from '@earshot/cloud/testing/test-release.ts';

export type AdapterSet = 'embedded' | 'servers';

export interface Adapters {
  env: NodeJS.ProcessEnv;
  openDatabase(): Database;
  stop(): Promise<void>;
}

/** SQLite, files and a table as queue; or PostgreSQL, S3 (MinIO) and SQS (ElasticMQ) as real servers. */
export async function openAdapters(set: AdapterSet, dir: string): Promise<Adapters> {
  await mkdir(dir, { recursive: true });
  const release = join(dir, 'release');
  await writeTestRelease(release);
  const scale = set === 'servers' ? await startCloudAtScale() : null;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_OPTIONS: '',
    NODE_COMPILE_CACHE: join(dir, 'compiled'),
    EARSHOT_HOME: dir,
    EARSHOT_RELEASE_DIR: release,
    EARSHOT_LOG_LEVEL: 'silent',
    EARSHOT_SECRET: 'the proof has one secret for all its processes',
    ...scale?.env,
  };
  const url = env.EARSHOT_DATABASE_URL ?? `sqlite:${join(dir, 'cloud.db')}`;
  return { env, openDatabase: () => openDatabase(url), stop: async () => scale?.stop() };
}
