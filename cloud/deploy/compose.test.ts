import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import yaml from 'js-yaml';
import { z } from 'zod';
import { printableEnvironment, readCloudConfig } from '../config.ts';
import { HttpSink } from '../testing/http-sink.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const text = (name: string): string => readFileSync(path(name), 'utf8');

/**
 * The options of the Compose specification that these files use. The check refuses any other option, so it finds misspelt names.
 */
const Condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);
const Service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string(), target: z.string().optional() }).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  user: z.string().optional(),
  network_mode: z.enum(['host', 'bridge', 'none']).optional(),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  devices: z.array(z.string().regex(/^\/[^:]+:\/[^:]+$/)).optional(),
  device_cgroup_rules: z.array(z.string().regex(/^c \d+:(\d+|\*) r?w?m?$/)).optional(),
  group_add: z.array(z.string()).optional(),
  ports: z.array(z.string().regex(/^\d+:\d+$/)).optional(),
  volumes: z.array(z.string().regex(/^(\w+|\/[\w/]+):\/[\w/]+$/)).optional(),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: Condition })).optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD')], z.string()),
      interval: z.string(),
      start_period: z.string().optional(),
      retries: z.number().optional(),
    })
    .optional(),
});
const Compose = z.looseObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

/** Replaces `${NAME:-default}` and `${NAME:?why}` as Compose does. A default may contain another variable. */
function fill(value: string, given: Record<string, string>): string {
  const filled = value.replace(
    /\$\{(\w+)(?::-([^{}]*))?(:\?[^{}]*)?\}/g,
    (_, name: string, otherwise?: string, required?: string) => {
      if (required && !given[name]) throw new Error(`${name} is required`);
      return given[name] || (otherwise ?? '');
    },
  );
  return filled === value ? value : fill(filled, given);
}

/** Runs a health check's command on this machine and returns its exit status. */
async function exitStatus([, command, ...args]: readonly string[], given: Record<string, string>): Promise<number> {
  expect(command).toBe('node');
  const child = spawn(
    process.execPath,
    args.map((arg) => fill(arg, given)),
  );
  const [status] = (await once(child, 'exit')) as [number];
  return status;
}

describe.each(['compose.yaml', 'home.compose.yaml'])('%s', (name) => {
  const compose = Compose.parse(yaml.safeLoad(text(name)));
  const services = Object.values(compose.services);

  test('the Compose file refers only to volumes and services that exist', () => {
    const mounted = services.flatMap((service) => service.volumes ?? []).map((volume) => volume.split(':')[0]);
    const volumes = mounted.filter((source) => !source?.startsWith('/'));
    expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort());
    const needed = services.flatMap(({ depends_on: others }) => Object.keys(others ?? {}));
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(needed));
  });

  test("an init process is the container's first process, so that a SIGTERM during the start of Node is not lost", () => {
    for (const { build, init } of services) if (build) expect(init).toBe(true);
  });

  test('the Compose file builds a stage that exists in the Dockerfile', () => {
    const stages = [...text('Dockerfile').matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, stage]) => stage);
    for (const { build } of services) if (build?.target) expect(stages).toContain(build.target);
    for (const { build } of services) if (build) expect(build.context).toBe('../..');
  });
});

describe('home.compose.yaml', () => {
  const { earshot } = Compose.parse(yaml.safeLoad(text('home.compose.yaml'))).services;
  const earshotCli = (args: readonly string[]) =>
    execFileSync(process.execPath, [path('../../cli/earshot.js'), ...args], { encoding: 'utf8' });

  test("the home's container keeps all data in one volume, and can use the sound devices and a recording program", () => {
    expect(earshot?.volumes).toEqual(['home:/data', '/dev/snd:/dev/snd']);
    expect(text('Dockerfile')).toContain('EARSHOT_HOME=/data');
    expect(earshot?.device_cgroup_rules).toEqual(['c 116:* rw']);
    const stage = /^FROM runtime AS home$([^]*?)^FROM /m.exec(text('Dockerfile'))?.[1] ?? '';
    expect(stage).toMatch(/alsa-utils/);
    expect(stage).toMatch(/ffmpeg/);
    expect(stage).toMatch(/^USER node$/m);
  });

  test('the container starts on a box without a sound card: Docker refuses a device that is missing, but creates a missing folder', () => {
    expect(earshot?.devices).toBeUndefined();
    expect(earshot?.volumes).toContain('/dev/snd:/dev/snd');
  });

  test('the Compose file for a home sets only variables that the cloud reads, and works when none of them is given', () => {
    const environment = Object.fromEntries(
      Object.entries(earshot?.environment ?? {}).map(([name, value]) => [name, fill(value, {})]),
    );
    const known = [...Object.keys(printableEnvironment({})), 'TZ'];
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(readCloudConfig({ ...environment, EARSHOT_HOME: '/data' })).toMatchObject({ smtp: null, publicUrl: null });
  });

  test('the command of the Compose file for a home exists in the CLI, and so do the commands in its comments', () => {
    const [command = '', ...args] = (earshot?.command ?? []).map((part) => fill(part, {}));
    expect([command, ...args]).toEqual(['start', '--listen', 'mic', '--port', '8080']);
    const help = earshotCli([command, '--help']);
    for (const flag of args.filter((arg) => arg.startsWith('--'))) expect(help).toContain(flag);
    const named = [...text('home.compose.yaml').matchAll(/(?:earshot\.js|--rm -T earshot) (\w+) -/g)].map(
      ([, each]) => each,
    );
    expect(named).toEqual(['backup', 'restore']);
    for (const each of named) expect(earshotCli([each!, '--help'])).toContain('<file>');
  });

  test('the health check passes while /healthz answers 200 on the chosen port', async () => {
    const cloud = new HttpSink();
    await cloud.start();
    const port = { EARSHOT_PORT: new URL(cloud.url).port };
    const check = earshot?.healthcheck?.test ?? [];
    cloud.answer = (response, { path }) => response.writeHead(path === '/healthz' ? 200 : 404).end();
    expect(await exitStatus(check, port)).toBe(0);
    cloud.answer = (response) => response.writeHead(503).end();
    expect(await exitStatus(check, port)).toBe(1);
    await cloud.stop();
    expect(await exitStatus(check, port)).toBe(1);
  });
});

describe('compose.yaml', () => {
  const { services } = Compose.parse(yaml.safeLoad(text('compose.yaml')));
  const given = { EARSHOT_SECRET: 'a1'.repeat(32), EARSHOT_ADDRESS: '192.168.1.10' };
  const environment = (shell: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(services.api?.environment ?? {}).map(([name, value]) => [name, fill(value, shell)]),
    );

  test('the environment in the Compose file for many homes is valid for API and workers', () => {
    const read = readCloudConfig(environment(given));
    expect(read).toMatchObject({
      publicUrl: 'http://192.168.1.10:8080',
      databaseUrl: `postgres://earshot:${given.EARSHOT_SECRET}@postgres/earshot`,
      clips: { kind: 's3', endpoint: 'http://192.168.1.10:9000' },
      queue: { kind: 'sqs' },
      secret: given.EARSHOT_SECRET,
    });
    const known = [...Object.keys(printableEnvironment({})), 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment(given))));
    for (const name of ['worker', 'provision']) expect(services[name]?.environment).toEqual(services.api?.environment);
  });

  test('the Compose file for many homes requires a secret and an address', () => {
    expect(() => environment({ EARSHOT_ADDRESS: given.EARSHOT_ADDRESS })).toThrow('EARSHOT_SECRET is required');
    expect(() => environment({ EARSHOT_SECRET: given.EARSHOT_SECRET })).toThrow('EARSHOT_ADDRESS is required');
  });

  test('the Compose file for many homes ignores X-Forwarded-For, because clients reach the API directly', () => {
    expect(readCloudConfig(environment(given)).proxyHops).toBe(0);
    expect(readCloudConfig(environment({ ...given, EARSHOT_PROXY_HOPS: '1' })).proxyHops).toBe(1);
  });

  test('the ports in the links are published, and each service keeps its data in its own volume', () => {
    const { api, minio, postgres, elasticmq } = services;
    expect([api?.ports, minio?.ports]).toEqual([['8080:8080'], ['9000:9000']]);
    expect(minio?.volumes).toEqual([`clips:${minio?.command?.at(-1)}`]);
    // Since version 18 the PostgreSQL image keeps its data in a subfolder of the mounted folder.
    expect([postgres?.image, postgres?.volumes]).toEqual(['postgres:18', ['database:/var/lib/postgresql']]);
    expect(elasticmq?.volumes).toEqual(['queue:/data']);
    expect(text('compose.yaml')).toMatch(/path = "\/data\/[^]*jdbc:h2:\/data\//);
    // The user of the ElasticMQ image cannot write to a new volume.
    expect(elasticmq?.user).toBe('root');
  });
});

describe('Dockerfile', () => {
  test('the Dockerfile gives the data folder to the user that runs Earshot before it declares the volume', () => {
    const runtime = /^FROM \S+ AS runtime$([^]*?)^FROM /m.exec(text('Dockerfile'))?.[1] ?? '';
    expect(runtime).toMatch(/chown node:node \/data$[^]*^USER node$[^]*^VOLUME \/data$/m);
  });

  test('the Dockerfile copies every file that the build needs', () => {
    const left = text('../../.dockerignore').split('\n').filter(Boolean);
    const needed = ['package.json', 'package-lock.json', '.npmrc', 'cli', 'shared', 'device', 'cloud', 'models'];
    expect(left.filter((pattern) => needed.includes(pattern))).toEqual([]);
    expect(left).toEqual(expect.arrayContaining(['node_modules', '.earshot', '**/dist']));
  });
});
