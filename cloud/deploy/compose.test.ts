import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import yaml from 'js-yaml';
import { z } from 'zod';
import { printableEnvironment, readCloudConfig } from '../config.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const text = (name: string): string => readFileSync(path(name), 'utf8');

/** The parts of the Compose specification that these files use; an option that is misspelt is in none of them. */
const Condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);
const Service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string(), target: z.string().optional() }).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
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
  group_add: z.array(z.string()).optional(),
  ports: z.array(z.string().regex(/^\d+:\d+$/)).optional(),
  volumes: z.array(z.string().regex(/^\w+:\/[\w/]+$/)).optional(),
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

/** `${NAME:-default}` and `${NAME:?why}`, as Compose fills them in. */
const fill = (value: string, given: Record<string, string>): string =>
  value.replace(
    /\$\{(\w+)(?::-([^}]*))?(?::\?[^}]*)?\}/g,
    (_, name: string, otherwise?: string) => given[name] ?? otherwise ?? '',
  );

describe.each(['compose.yaml', 'home.compose.yaml'])('%s', (name) => {
  const compose = Compose.parse(yaml.safeLoad(text(name)));
  const services = Object.values(compose.services);

  test('names volumes and services that exist', () => {
    const volumes = services.flatMap((service) => service.volumes ?? []).map((volume) => volume.split(':')[0]);
    expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort());
    const needed = services.flatMap(({ depends_on: others }) => Object.keys(others ?? {}));
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(needed));
  });

  test('builds a stage of the Dockerfile', () => {
    const stages = [...text('Dockerfile').matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, stage]) => stage);
    for (const { build } of services) if (build?.target) expect(stages).toContain(build.target);
    for (const { build } of services) if (build) expect(build.context).toBe('../..');
  });
});

describe('home.compose.yaml', () => {
  const { earshot } = Compose.parse(yaml.safeLoad(text('home.compose.yaml'))).services;
  const earshotCli = (args: readonly string[]) =>
    execFileSync(process.execPath, [path('../../cli/earshot.js'), ...args], { encoding: 'utf8' });

  test('keeps everything in one volume, and gives the container the sound devices and what records from them', () => {
    expect(earshot?.volumes).toEqual(['home:/data']);
    expect(text('Dockerfile')).toContain('EARSHOT_HOME=/data');
    expect(earshot?.devices).toEqual(['/dev/snd:/dev/snd']);
    const stage = /^FROM runtime AS home$([^]*?)^FROM /m.exec(text('Dockerfile'))?.[1] ?? '';
    expect(stage).toMatch(/alsa-utils/);
    expect(stage).toMatch(/ffmpeg/);
    expect(stage).toMatch(/^USER node$/m);
  });

  test('sets only variables that the cloud reads, and is valid without any of them', () => {
    const environment = Object.fromEntries(
      Object.entries(earshot?.environment ?? {}).map(([name, value]) => [name, fill(value, {})]),
    );
    const known = [...Object.keys(printableEnvironment({})), 'TZ'];
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(readCloudConfig({ ...environment, EARSHOT_HOME: '/data' })).toMatchObject({ smtp: null, publicUrl: null });
  });

  test('runs a command that the CLI knows, and names only commands that exist', () => {
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
});
