import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { until } from '@earshot/cloud/testing/until.ts';

/**
 * The packages that README.md requires, and those that any Debian server has. Node and npm are copied from this
 * machine.
 */
const PACKAGES = 'systemd,systemd-sysv,dbus,git,ca-certificates,sudo,procps';
const BOOTED_WITHIN_MS = 600_000;
/** The exit status of systemd-nspawn --keep-unit when its machine reboots; the caller must then start it again. */
const REBOOT_STATUS = 133;

export interface MachineOptions {
  /** The folder that keeps the base system for later runs; the machine is made anew in each run. */
  dir: string;
  /** The root folder of an installed Debian, which is used instead of a new one from debootstrap. */
  base: string | undefined;
  /** npm's cache on this machine, so that packages are downloaded only once. */
  npmCache: string;
  log: (line: string) => void;
}

/** A Debian in a container, with systemd as its first process and the network of this machine. */
export class Machine {
  readonly root: string;
  private readonly options: MachineOptions;
  private container: ChildProcess | null = null;

  constructor(options: MachineOptions) {
    this.options = options;
    this.root = join(options.dir, 'root');
  }

  /**
   * Makes an overlay file system: Debian's minimal system is the lower layer, and all that the machine writes goes into
   * the upper one.
   */
  async make(): Promise<void> {
    const { dir, log } = this.options;
    const base = this.options.base ?? join(dir, 'base');
    if (!existsSync(base)) {
      log('making a minimal Debian with debootstrap');
      await makeBase(base);
    }
    await rm(join(dir, 'upper'), { recursive: true, force: true });
    await rm(join(dir, 'work'), { recursive: true, force: true });
    for (const name of ['upper', 'work', 'root']) await mkdir(join(dir, name), { recursive: true });
    const layers = `lowerdir=${base},upperdir=${join(dir, 'upper')},workdir=${join(dir, 'work')}`;
    await must('mount', '-t', 'overlay', 'overlay', '-o', layers, this.root);
  }

  /** Starts the machine, and waits until its services are up. */
  async boot(): Promise<void> {
    this.container = spawn(
      'systemd-nspawn',
      [
        '--quiet',
        '--boot',
        '--register=no',
        '--link-journal=no',
        '--keep-unit',
        `--bind=${this.options.npmCache}/_cacache:/root/.npm/_cacache`,
        '-D',
        this.root,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    await this.untilUp();
  }

  /** `systemctl reboot`: every service ends and starts again, as when a person restarts the machine. */
  async reboot(): Promise<void> {
    const { container } = this;
    await this.run('systemctl reboot || true');
    await until('the machine shuts down', () => container?.exitCode === REBOOT_STATUS, BOOTED_WITHIN_MS, 500);
    await this.boot();
  }

  /** Runs commands as root in a shell that stops at the first that fails; resolves with what they print. */
  async run(commands: string): Promise<string> {
    const leader = this.leader();
    if (leader === null) throw new Error('the machine is not running');
    const inside = ['--target', String(leader), '--mount', '--uts', '--ipc', '--pid', '--cgroup', '--root', '--wd'];
    const clean = [
      'env',
      '-i',
      'HOME=/root',
      'LANG=C.UTF-8',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ];
    return must('nsenter', ...inside, ...clean, 'bash', '-ec', commands);
  }

  async stop(): Promise<void> {
    const { container } = this;
    this.container = null;
    if (container && container.exitCode === null) {
      const ended = once(container, 'exit');
      container.kill('SIGTERM');
      await ended;
    }
    if (existsSync(this.root)) spawnSync('umount', [this.root]);
  }

  /** The process id, on this machine, of the container's first process. */
  private leader(): number | null {
    const { pid } = this.container ?? {};
    if (pid === undefined) return null;
    const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
    const child = Number(stdout.trim().split('\n').at(-1));
    return child > 0 ? child : null;
  }

  private untilUp(): Promise<void> {
    const isUp = async () => {
      if (this.container?.exitCode !== null) throw new Error(`systemd-nspawn ended with ${this.container?.exitCode}`);
      const state = await this.run('systemctl is-system-running || true').catch(() => '');
      return /^(running|degraded)/m.test(state);
    };
    return until('the machine has started', isUp, BOOTED_WITHIN_MS, 1_000);
  }
}

async function makeBase(base: string): Promise<void> {
  const unfinished = `${base}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await must('debootstrap', '--variant=minbase', `--include=${PACKAGES}`, 'bookworm', unfinished);
  await addNode(unfinished);
  await rename(unfinished, base);
}

/**
 * Copies the Node and npm that run this proof into the base system. npm trusts the same certificate authorities there
 * as here.
 */
async function addNode(base: string): Promise<void> {
  const node = process.env.npm_node_execpath;
  const npm = process.env.npm_execpath;
  if (!node || !npm) throw new Error('run this with npm: npm run proof:install');
  await cp(node, join(base, 'usr/bin/node'));
  const from = dirname(dirname(npm));
  await cp(from, join(base, 'usr/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    await must('ln', '-s', `../lib/node_modules/npm/bin/${name}-cli.js`, join(base, 'usr/bin', name));
  const authorities = (await must(node, npm, 'config', 'get', 'cafile')).trim();
  if (!existsSync(authorities)) return;
  await mkdir(dirname(join(base, authorities)), { recursive: true });
  await cp(authorities, join(base, authorities));
  await mkdir(join(base, 'usr/etc'), { recursive: true });
  await writeFile(join(base, 'usr/etc/npmrc'), `cafile=${authorities}\n`);
}

/** Runs a program. Resolves with its stdout, or rejects with the end of its stderr. */
async function must(program: string, ...args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')}: ended with ${status}\n${said.slice(-2_000)}`);
  return out;
}

/** Returns what this machine lacks for the proof, or null. */
export async function whatMachineLacks(): Promise<string | null> {
  if (process.platform !== 'linux') return 'Linux is needed';
  if (process.getuid?.() !== 0) return 'root rights are needed, to start a machine';
  for (const tool of ['debootstrap', 'systemd-nspawn', 'nsenter', 'pgrep'])
    if (spawnSync(tool, ['--version']).error)
      return `${tool} is missing (Debian: apt install debootstrap systemd-container)`;
  const fileSystems = await readFile('/proc/filesystems', 'utf8');
  return fileSystems.includes('overlay') ? null : 'the kernel has no overlay file system';
}
