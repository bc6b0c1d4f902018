import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { asEarshotError, CATALOGUE, EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';
import { openS3Store } from './clips/s3-store.ts';
import { type CloudConfig, readCloudConfig } from './config.ts';
import { openSqsQueue } from './queue/sqs-queue.ts';
import { openDatabase } from './store/database.ts';

export interface CloudCheck {
  name: 'settings' | 'keys' | 'database' | 'clips' | 'queue' | 'e-mail';
  ok: boolean;
  /** The result of the check, in one line without secrets. */
  says: string;
  /** What the operator should do when the check failed. */
  todo: string | null;
}

const MAIL_WITHIN_MS = 5000;

/**
 * Checks everything that the cloud needs from other servers, for `earshot doctor --cloud`. Removes everything that it creates.
 */
export async function checkCloud(env: NodeJS.ProcessEnv): Promise<CloudCheck[]> {
  let config: CloudConfig;
  try {
    config = readCloudConfig(env);
  } catch (error) {
    return [failed('settings', error, 'SETTING_INVALID')];
  }
  const checks: CloudCheck[] = [passed('settings', `valid; data below ${config.home}`), checkKeys(config)];
  checks.push(await attempt('database', 'DATABASE', () => checkDatabase(config)));
  checks.push(await attempt('clips', 'CLIP_STORE', () => checkClips(config)));
  checks.push(await attempt('queue', 'QUEUE', () => checkQueue(config)));
  const { smtp } = config;
  if (smtp) checks.push(await attempt('e-mail', 'UNREACHABLE', () => checkMail(smtp)));
  return checks;
}

function checkKeys({ secret, home, clips, databaseUrl }: CloudConfig): CloudCheck {
  if (secret !== null) return passed('keys', 'EARSHOT_SECRET is set');
  if (clips.kind === 's3' || databaseUrl.startsWith('postgres'))
    return {
      name: 'keys',
      ok: false,
      says: 'EARSHOT_SECRET is not set, and several machines share this database or bucket',
      todo: 'Set the same EARSHOT_SECRET (32 characters or more) for every process: links and push keys are derived from it.',
    };
  const kept = existsSync(join(home, 'secret'));
  return passed('keys', kept ? `kept in ${join(home, 'secret')}` : 'will be created at the first start');
}

async function checkDatabase({ databaseUrl }: CloudConfig): Promise<string> {
  const path = databaseUrl.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : null;
  if (path !== null && !existsSync(path)) return `SQLite, created at the first start: ${path}`;
  const database = openDatabase(databaseUrl, { poolSize: 1 });
  try {
    await database.check();
    return `${path === null ? 'PostgreSQL' : `SQLite, ${path}`}: tables in place`;
  } finally {
    await database.close();
  }
}

/**
 * Tests the clip store as devices and phones use it: uploads a small object through an upload link, downloads it through a download link,
 * and deletes it.
 */
async function checkClips({ clips }: CloudConfig): Promise<string> {
  if (clips.kind === 'file') return `files below ${clips.dir}`;
  const store = openS3Store(clips);
  await store.check();
  const key = `checks/${randomUUID()}.wav`;
  const bytes = Buffer.from('earshot doctor');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    const upload = await store.uploadLink({ key, sha256, bytes: bytes.length }, 60_000);
    await expectOk('upload', await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: bytes }));
    const download = await store.downloadLink(key, 60_000, 'doctor');
    await expectOk('download', await fetch(download.url));
  } finally {
    await store.delete(key);
  }
  return `bucket ${clips.bucket}: a clip was stored, read and deleted by links; versioning is off`;
}

async function expectOk(what: string, answer: Response): Promise<void> {
  const text = await answer.text();
  if (!answer.ok) throw new EarshotError('CLIP_STORE', `${what} by link: HTTP ${answer.status} ${text.slice(0, 200)}`);
}

async function checkQueue({ queue: place }: CloudConfig): Promise<string> {
  if (place.kind === 'database') return 'a table in the database';
  const queue = openSqsQueue(place);
  try {
    await queue.check();
    const depth = await queue.depth();
    return `${place.url}-*: three lanes with their redrive policy; ${depth.ready} pending, ${depth.dead} dead letters`;
  } finally {
    await queue.close();
  }
}

async function checkMail({ url, from }: NonNullable<CloudConfig['smtp']>): Promise<string> {
  const transport = createTransport({ url, connectionTimeout: MAIL_WITHIN_MS, greetingTimeout: MAIL_WITHIN_MS });
  try {
    await transport.verify();
    return `the mail server accepts ${from}'s login`;
  } finally {
    transport.close();
  }
}

async function attempt(name: CloudCheck['name'], code: ErrorCode, check: () => Promise<string>): Promise<CloudCheck> {
  try {
    return passed(name, await check());
  } catch (error) {
    return failed(name, error, code);
  }
}

const passed = (name: CloudCheck['name'], says: string): CloudCheck => ({ name, ok: true, says, todo: null });

function failed(name: CloudCheck['name'], error: unknown, code: ErrorCode): CloudCheck {
  const known = asEarshotError(error, code, name);
  return { name, ok: false, says: known.message, todo: CATALOGUE[known.code].todo };
}
