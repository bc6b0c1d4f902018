import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchHome, makeHomes } from '@earshot/cloud/bench/homes.ts';
import { Phones } from '@earshot/cloud/bench/phones.ts';
import { freePort } from '@earshot/shared/testing/servers.ts';
import { openAdapters } from '../adapters.ts';
import { Victim } from '../victim.ts';

const PHONE_TOKEN = 'the phones of the faults';
const HOMES = 10;

export interface DeviceOptions {
  /** The address at which the device reaches the cloud. */
  url: string;
  clipS?: number;
  env?: NodeJS.ProcessEnv;
}

/** A cloud in two real processes (API and worker) on SQLite and files, and homes with one phone each. */
export class RealCloud {
  readonly url: string;
  private readonly phones: Phones;
  private readonly dir: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly homes: BenchHome[];
  private readonly processes: Victim[];

  private constructor(
    parts: { phones: Phones; dir: string; env: NodeJS.ProcessEnv; homes: BenchHome[]; processes: Victim[] },
    url: string,
  ) {
    this.url = url;
    this.phones = parts.phones;
    this.dir = parts.dir;
    this.env = parts.env;
    this.homes = parts.homes;
    this.processes = parts.processes;
  }

  static async start(): Promise<RealCloud> {
    const dir = await mkdtemp(join(tmpdir(), 'earshot-faults-'));
    const adapters = await openAdapters('embedded', dir);
    const phones = new Phones(PHONE_TOKEN);
    await phones.start();
    const env = { ...adapters.env, EARSHOT_PORT: String(await freePort()) };
    const api = new Victim('cloud', ['api'], env);
    const url = await api.ready;
    const worker = new Victim('cloud', ['worker'], env);
    await worker.ready;
    const database = adapters.openDatabase();
    const homes = await makeHomes(database, HOMES, phones.url, PHONE_TOKEN);
    await database.close();
    return new RealCloud({ phones, dir, env, homes, processes: [api, worker] }, url);
  }

  /** Starts a device process with a glass break in its outbox, in the next unused home. */
  glassBreak({ url, clipS = 2, env = {} }: DeviceOptions): GlassBreak {
    const home = this.homes.pop();
    if (!home) throw new Error(`all ${HOMES} homes of the test are in use`);
    const args = [join(this.dir, home.homeId), url, home.deviceToken, 'glass_break', String(clipS)];
    const device = new Victim('device', args, { ...this.env, ...env });
    this.processes.push(device);
    return new GlassBreak(device, () => this.phones.received.some(({ path }) => path === home.phone));
  }

  async stop(): Promise<void> {
    for (const running of this.processes) running.kill();
    await Promise.all(this.processes.map(({ ended }) => ended));
    await this.phones.stop();
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class GlassBreak {
  /** Whether the home's phone was alerted. */
  readonly isAlerted: () => boolean;
  private readonly device: Victim;

  constructor(device: Victim, isAlerted: () => boolean) {
    this.device = device;
    this.isAlerted = isAlerted;
  }

  /** Whether the glass break is on the device's disk. */
  isSafe(): boolean {
    return this.device.lines.some((line) => line.startsWith('safe '));
  }

  /** Whether the cloud has committed the glass break: the device's outbox is empty, and its process has ended. */
  isDelivered(): boolean {
    return this.device.lines.at(-1) === 'empty';
  }

  /** The problems that the device reported, such as a disk that cannot be written. */
  get problems(): string[] {
    return this.device.lines.filter((line) => line.startsWith('problem '));
  }
}
