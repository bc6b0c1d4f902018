import { similarWord } from '@earshot/shared/similar-word.ts';

const PREFIX = 'EARSHOT_';
/**
 * The settings, without the prefix: first those of cloud/config.ts, then those of device/settings/configuration.ts, then
 * others. A plain list, because a device would need more memory if it loaded the cloud's settings.
 */
const SETTINGS = [
  'HOME HOST PORT PUBLIC_URL PROXY_HOPS DATABASE_URL DATABASE_POOL CLIP_BUCKET S3_ENDPOINT QUEUE_URL ALLOWED_HOSTS',
  'SECRET VAPID_SUBJECT SMTP_URL NTFY_URL MAIL_FROM RELEASE_DIR NEXT_RELEASE_DIR ROLLOUT_STAGE_HOURS',
  'OPERATIONS_TOKEN SCORING_THREADS LOG_LEVEL',
  'LISTEN CLOUD NAME ROOM ENERGY_GATE DROP_IN SIREN SIREN_LABELS SIREN_COMMAND SIREN_SOUND SIREN_SECONDS PLAYER',
  'HOOK_COMMAND MQTT MQTT_USERNAME MQTT_PASSWORD MQTT_TOPIC MQTT_DISCOVERY METRICS_PORT OUTBOX_MAX_MB',
  'OUTBOX_MAX_RECORDS',
  'CACHE DEBUG REPLAY_QUEUE_URL TRUSTED_KEYS',
].flatMap((line) => line.split(' '));
/** Variables that Earshot sets for its own processes, and variables of training, tests and deployment. */
const OTHERS = [
  'LABEL LEAN STARTER STOP_PROOF STOP_PROOF_STATE',
  'ADDRESS CHROMIUM CORPUS HA_PYTHON KILLS MUTATE MUTATE_TESTS PICTURES POWER_CUTS PYTHON SEED SIGNING_KEY SUITE',
  'TEACHER TEST_SCORING_MS TFJS YAMNET',
].flatMap((line) => line.split(' '));
const KNOWN = new Set([...SETTINGS, ...OTHERS]);

/**
 * A warning for each variable that begins like a setting but is none, for example because of a typo. It never contains the
 * value, which may be a secret.
 */
export function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !KNOWN.has(name.slice(PREFIX.length)))
    .map((name) => {
      const similar = similarWord(name.slice(PREFIX.length), SETTINGS);
      const hint = similar === null ? '' : ` Did you mean ${PREFIX}${similar}?`;
      return `Warning: Earshot does not know the environment variable ${name}, so it has no effect.${hint}`;
    });
}
