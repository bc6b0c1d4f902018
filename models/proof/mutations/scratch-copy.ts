import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { cp, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutation } from './mutation.ts';

/** The workspaces. npm links them into node_modules, but a copy must use its own folders. */
const WORKSPACES = ['shared', 'device', 'cloud', 'models'];

/**
 * A copy of the working tree, in which a protection can be removed without changing the original. Packages are linked,
 * not copied.
 */
export class ScratchCopy {
  private readonly root: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'earshot-mutations-'));

  constructor(root: string) {
    this.root = root;
  }

  async make(): Promise<void> {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
      cwd: this.root,
      encoding: 'utf8',
    });
    for (const file of listed.split('\0').filter((name) => name !== '' && existsSync(join(this.root, name)))) {
      await mkdir(dirname(join(this.folder, file)), { recursive: true });
      await cp(join(this.root, file), join(this.folder, file));
    }
    const packages = join(this.folder, 'node_modules');
    await mkdir(join(packages, '@earshot'), { recursive: true });
    for (const name of await readdir(join(this.root, 'node_modules')))
      if (name !== '@earshot' && name !== 'earshot') await this.link(join('node_modules', name));
    for (const name of WORKSPACES) {
      await symlink(join(this.folder, name), join(packages, '@earshot', name));
      await this.link(join(name, 'node_modules'));
    }
    await this.link('cloud/web/dist');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Titles of the tests that fail without the protection. */
  async failedWithout({ file, find, replace, test }: Mutation): Promise<string[]> {
    const path = join(this.folder, file);
    const original = await readFile(path, 'utf8');
    if (original.split(find).length !== 2) throw new Error(`${file}: "${find}" must occur once`);
    await writeFile(
      path,
      original.replace(find, () => replace),
    );
    try {
      return await this.failedTests(test);
    } finally {
      await writeFile(path, original);
    }
  }

  private async failedTests(test: string): Promise<string[]> {
    const jest = join(this.folder, 'node_modules/jest/bin/jest.js');
    const flags = ['--experimental-vm-modules', jest, '--json', '--forceExit', '--maxWorkers=1', test];
    const suite = /\.(servers|app|native|long)\.test\.ts$/.exec(test)?.[1] ?? 'unit';
    const child = spawn(process.execPath, flags, {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, EARSHOT_SUITE: suite },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
    await once(child, 'close');
    const { testResults } = JSON.parse(output.slice(output.indexOf('{'))) as {
      testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
    };
    const assertions = testResults.flatMap(({ assertionResults }) => assertionResults);
    // A file that fails to load says nothing about its tests.
    if (assertions.length === 0) throw new Error(`${test} did not run: ${testResults[0]?.message ?? ''}`);
    return assertions.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  }

  private async link(name: string): Promise<void> {
    const from = join(this.root, name);
    if (await lstat(from).catch(() => null)) await symlink(from, join(this.folder, name));
  }
}
