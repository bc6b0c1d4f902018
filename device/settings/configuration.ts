import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';

/**
 * Settings of the machine's owner, separate from the homeowner's choices in the app. They are in a commented file,
 * `device.conf` in EARSHOT_HOME; the environment variable EARSHOT_<KEY> overrides a line of it.
 */
const text = (value: string): string => value;
const onOff = (value: string): boolean => {
  if (!/^(on|off)$/.test(value)) throw new Error('use on or off');
  return value === 'on';
};
const oneOf =
  <T extends string>(...allowed: T[]) =>
  (value: string): T => {
    if (!allowed.includes(value as T)) throw new Error(`use ${allowed.join(' or ')}`);
    return value as T;
  };
const integer =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least || number > most)
      throw new Error(`use a whole number from ${least} to ${most}`);
    return number;
  };
const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const url =
  (...schemes: string[]) =>
  (value: string): string => {
    if (value !== '' && !schemes.some((scheme) => value.startsWith(`${scheme}://`)))
      throw new Error(`use an address that begins with ${schemes.join(':// or ')}://`);
    return value;
  };

const KEYS = {
  listen: {
    is: list,
    by: 'mic',
    says: 'Microphones: mic, alsa:DEVICE, pulse:DEVICE, pipewire:TARGET, rtsp://CAMERA; several with commas.',
  },
  cloud: {
    is: url('http', 'https'),
    by: '',
    says: 'Address of the cloud; empty: the cloud that this device was paired with, if any.',
  },
  name: { is: text, by: 'Earshot', says: 'The name that the app shows for this device after pairing.' },
  room: { is: text, by: '', says: 'The room in which this device stands.' },
  energy_gate: {
    is: onOff,
    by: 'on',
    says: 'on: the network skips quiet frames, which saves CPU time; off: it computes every frame.',
  },
  drop_in: {
    is: onOff,
    by: 'on',
    says: 'on: members may listen live if the home allows it too; off: members may never listen live.',
  },
  siren: {
    is: oneOf('offline', 'always', 'never'),
    by: 'offline',
    says: 'When a sound starts the siren: offline (only while the cloud cannot be reached), always, or never.',
  },
  siren_labels: { is: list, by: 'smoke_alarm,co_alarm', says: 'The sounds that start the siren.' },
  siren_command: {
    is: text,
    by: '',
    says: 'Command that sounds the siren (a shell line; EARSHOT_LABEL names the sound).',
  },
  siren_sound: { is: text, by: '', says: 'Instead of a command: a WAV file that is played in a loop.' },
  siren_seconds: { is: integer(1, 3_600), by: '60', says: 'How long the siren sounds, in seconds.' },
  player: { is: text, by: 'aplay -q', says: 'Program that plays a WAV file, for the siren and the self-test.' },
  hook_command: {
    is: text,
    by: '',
    says: 'Command that runs at every event (a shell line). It gets the event as JSON on its stdin.',
  },
  mqtt: { is: url('mqtt', 'mqtts'), by: '', says: 'MQTT broker; Home Assistant discovers the device.' },
  mqtt_username: { is: text, by: '', says: '' },
  mqtt_password: { is: text, by: '', says: '' },
  mqtt_topic: { is: text, by: 'earshot', says: 'Prefix of all MQTT topics of this device.' },
  mqtt_discovery: { is: text, by: 'homeassistant', says: "Prefix of Home Assistant's discovery topics." },
  metrics_port: { is: integer(0, 65_535), by: '0', says: 'Port on 127.0.0.1 for Prometheus metrics; 0: no metrics.' },
  outbox_max_mb: {
    is: integer(1, 100_000),
    by: '200',
    says: 'The most disk space that undelivered candidates may use.',
  },
  outbox_max_records: { is: integer(10, 1_000_000), by: '5000', says: '' },
} as const;

type Key = keyof typeof KEYS;
export type Configuration = { readonly [K in Key]: ReturnType<(typeof KEYS)[K]['is']> };

const configurationPath = (home: string): string => join(home, 'device.conf');

export async function readConfiguration(home: string, environment: NodeJS.ProcessEnv): Promise<Configuration> {
  const path = configurationPath(home);
  const values = new Map<Key, { value: string; where: string }>();
  for (const key of Object.keys(KEYS) as Key[]) values.set(key, { value: KEYS[key].by, where: 'default' });
  for (const [key, at] of parseFile(await readText(path), path)) values.set(key, at);
  for (const key of values.keys()) {
    const name = `EARSHOT_${key.toUpperCase()}`;
    const value = environment[name];
    if (value !== undefined) values.set(key, { value, where: name });
  }
  return Object.fromEntries(
    [...values].map(([key, { value, where }]) => [key, convert(key, value, where)]),
  ) as unknown as Configuration;
}

/** Writes the file with every setting at its default and commented out, unless the file exists. */
export async function writeConfigurationTemplate(home: string): Promise<void> {
  const path = configurationPath(home);
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return;
  await mkdir(home, { recursive: true });
  await writeFile(path, template(), { mode: 0o600, flag: 'wx' }).catch((thrown: unknown) => {
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', path);
  });
}

export function template(): string {
  const head =
    '# Settings of this Earshot device. Remove the # before a line to change it; EARSHOT_<KEY> in the environment overrides it.\n# Mode, sounds and sensitivity are set in the app, not in this file.\n';
  const lines = Object.entries(KEYS).map(([key, { by, says }]) => `${says ? `\n# ${says}\n` : ''}#${key} = ${by}\n`);
  return head + lines.join('');
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw asEarshotError(thrown, 'SETTING_INVALID', path);
  }
}

function* parseFile(content: string, path: string): Generator<[Key, { value: string; where: string }]> {
  for (const [i, line] of content.split('\n').entries()) {
    const where = `${path} line ${i + 1}`;
    const meant = line.trim();
    if (meant === '' || meant.startsWith('#')) continue;
    const [key = '', ...rest] = meant.split('=');
    if (rest.length === 0)
      throw new EarshotError('SETTING_INVALID', `${where}: "${meant}" is not of the form key = value.`);
    if (!Object.hasOwn(KEYS, key.trim()))
      throw new EarshotError(
        'SETTING_INVALID',
        `${where}: "${key.trim()}" is not a setting; the settings are ${Object.keys(KEYS).join(', ')}.`,
      );
    yield [key.trim() as Key, { value: rest.join('=').trim(), where }];
  }
}

function convert(key: Key, value: string, where: string): unknown {
  try {
    return KEYS[key].is(value);
  } catch (thrown) {
    throw new EarshotError('SETTING_INVALID', `${where}: ${key} = "${value}": ${(thrown as Error).message}.`);
  }
}
