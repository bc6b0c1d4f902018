import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { EarshotError } from '@earshot/shared/errors.ts';

/** An empty variable counts as absent, so that `EARSHOT_SMTP_URL= docker compose up` switches e-mail off. */
const optional = (schema: z.ZodString | z.ZodURL) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const between = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};
const wholeNumber = (least: number, most: number, usual: number) =>
  z.preprocess((value) => (value === '' ? undefined : value), between(least, most).default(usual));
const optionalWholeNumber = (least: number, most: number) =>
  z.preprocess((value) => (value === '' ? undefined : value), between(least, most).optional());

const WEB_ADDRESS = z.url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' });

/**
 * Every variable that the cloud reads. Without any of them, the cloud is one process with SQLite and files below EARSHOT_HOME.
 */
const Environment = z.object({
  EARSHOT_HOME: optional(z.string()),
  EARSHOT_HOST: z.string().default('127.0.0.1'),
  EARSHOT_PORT: wholeNumber(0, 65_535, 8080),
  EARSHOT_PUBLIC_URL: optional(WEB_ADDRESS),
  EARSHOT_PROXY_HOPS: optionalWholeNumber(0, 10),
  EARSHOT_DATABASE_URL: optional(
    z.string().regex(/^(sqlite:|postgres(ql)?:\/\/)/, 'must begin with sqlite: or postgres://'),
  ),
  EARSHOT_DATABASE_POOL: wholeNumber(1, 200, 10),
  EARSHOT_CLIP_BUCKET: optional(z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be a bucket name')),
  EARSHOT_S3_ENDPOINT: optional(WEB_ADDRESS),
  EARSHOT_QUEUE_URL: optional(WEB_ADDRESS),
  AWS_REGION: optional(z.string()),
  EARSHOT_ALLOWED_HOSTS: optional(z.string()),
  EARSHOT_SECRET: optional(z.string().min(32, 'must have 32 characters or more')),
  EARSHOT_VAPID_SUBJECT: optional(z.string().regex(/^(mailto:|https:)/, 'must begin with mailto: or https:')),
  EARSHOT_SMTP_URL: optional(z.string().regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')),
  EARSHOT_NTFY_URL: WEB_ADDRESS.default('https://ntfy.sh'),
  EARSHOT_MAIL_FROM: optional(z.string().includes('@', 'must be an e-mail address')),
  EARSHOT_RELEASE_DIR: optional(z.string()),
  EARSHOT_NEXT_RELEASE_DIR: optional(z.string()),
  EARSHOT_ROLLOUT_STAGE_HOURS: wholeNumber(1, 720, 24),
  EARSHOT_OPERATIONS_TOKEN: optional(z.string().regex(/^\S{32,}$/, 'must have 32 characters or more, and no space')),
  EARSHOT_SCORING_THREADS: wholeNumber(1, 64, 1),
  EARSHOT_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type CloudConfig = ReturnType<typeof readCloudConfig>;

/** Reads and checks the environment once, at the start. Throws one SETTING_INVALID that names every invalid setting. */
export function readCloudConfig(env: NodeJS.ProcessEnv) {
  const parsed = Environment.safeParse(env);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(
        (issue) => `${String(issue.path[0])} ${issue.message} (it is ${shown(String(issue.path[0]), env)})`,
      );
  if (Boolean(env.EARSHOT_SMTP_URL) !== Boolean(env.EARSHOT_MAIL_FROM))
    wrong.push('e-mail needs both EARSHOT_SMTP_URL and EARSHOT_MAIL_FROM');
  if ((env.EARSHOT_CLIP_BUCKET || env.EARSHOT_QUEUE_URL) && !env.AWS_REGION) wrong.push('S3 and SQS need AWS_REGION');
  if (!parsed.success || wrong.length > 0) throw new EarshotError('SETTING_INVALID', `${wrong.join('; ')}.`);

  const set = parsed.data;
  const home = set.EARSHOT_HOME ?? join(homedir(), '.earshot');
  const region = set.AWS_REGION ?? '';
  return {
    home,
    host: set.EARSHOT_HOST,
    port: set.EARSHOT_PORT,
    /**
     * The address at which phones and devices reach this cloud. Null: the address in the Host header of each request.
     */
    publicUrl: set.EARSHOT_PUBLIC_URL ?? null,
    /**
     * How many reverse proxies of this installation forward requests to the API. The entries that they add to X-Forwarded-For are trusted;
     * entries that a client adds are not.
     */
    proxyHops: set.EARSHOT_PROXY_HOPS ?? (set.EARSHOT_PUBLIC_URL ? 1 : 0),
    databaseUrl: set.EARSHOT_DATABASE_URL ?? `sqlite:${join(home, 'cloud.db')}`,
    databasePool: set.EARSHOT_DATABASE_POOL,
    clips: set.EARSHOT_CLIP_BUCKET
      ? { kind: 's3' as const, bucket: set.EARSHOT_CLIP_BUCKET, region, endpoint: set.EARSHOT_S3_ENDPOINT ?? null }
      : { kind: 'file' as const, dir: join(home, 'clips') },
    queue: set.EARSHOT_QUEUE_URL
      ? { kind: 'sqs' as const, url: set.EARSHOT_QUEUE_URL, region }
      : { kind: 'database' as const },
    /**
     * Private hosts to which channels may connect. Needed for a cloud on PostgreSQL, where private addresses are otherwise refused.
     */
    allowedHosts: (set.EARSHOT_ALLOWED_HOSTS ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter(Boolean),
    /**
     * The secret from which all keys are derived (keys/server-keys.ts). Null: a cloud on one machine creates a secret and keeps it below
     * `home`.
     */
    secret: set.EARSHOT_SECRET ?? null,
    vapidSubject: set.EARSHOT_VAPID_SUBJECT ?? 'mailto:earshot@localhost',
    smtp:
      set.EARSHOT_SMTP_URL && set.EARSHOT_MAIL_FROM ? { url: set.EARSHOT_SMTP_URL, from: set.EARSHOT_MAIL_FROM } : null,
    ntfyUrl: set.EARSHOT_NTFY_URL,
    /**
     * The address for the buttons in notifications: the public URL, or without one the address in the home network, which `npm start` sets.
     * Null: notifications have no buttons.
     */
    linkUrl: set.EARSHOT_PUBLIC_URL ?? null,
    /** The folder of the release. Null: the release that came with the software. */
    releaseDir: set.EARSHOT_RELEASE_DIR ?? null,
    /** The folder of a newer release, which is rolled out to the devices in stages. Null: none. */
    nextReleaseDir: set.EARSHOT_NEXT_RELEASE_DIR ?? null,
    rolloutStageMs: set.EARSHOT_ROLLOUT_STAGE_HOURS * 3_600_000,
    /** The token with which operators see the fleet. Null: nobody can see it. */
    operationsToken: set.EARSHOT_OPERATIONS_TOKEN ?? null,
    scoringThreads: set.EARSHOT_SCORING_THREADS,
    logLevel: set.EARSHOT_LOG_LEVEL,
  };
}

const SECRET = /KEY|SECRET|PASSWORD|TOKEN/;

/** A value as it may be printed: secrets hidden, and addresses without their password. */
function shown(name: string, env: NodeJS.ProcessEnv): string {
  const value = env[name];
  if (value === undefined || value === '') return 'not set';
  if (SECRET.test(name)) return '(secret)';
  return `"${value.replace(/(:\/\/[^/@]*:)[^@]*(@)/, '$1…$2').replace(/([?&](?:password|secret|token)=)[^&]*/gi, '$1…')}"`;
}

/** All variables in printable form, for the log at the start and for `doctor --cloud`. */
export function printableEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.keys(Environment.shape).map((name) => [name, shown(name, env)]));
}
