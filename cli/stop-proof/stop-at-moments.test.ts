import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { faultOf, type Service, stopAt } from './stop-at-moments.ts';

/** The proof (main.ts) requires two seconds on an idle machine. These tests must also pass on a busy one. */
const WITHIN_MS = 15_000;
const random = seededRandom(14);
const moments = (count: number) => Array.from({ length: count }, () => Math.round(random() * 3_000));
const SERVICES: Service[] = ['device', 'cloud', 'worker', 'start'];

let home: string;
beforeAll(() => void (home = mkdtempSync(join(tmpdir(), 'earshot-stop-'))));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function faultAt(service: Service, atMs: number, signal: 'SIGTERM' | 'SIGKILL', node = process.execPath) {
  const stop = await stopAt({ service, node, signal, atMs, home: join(home, service) });
  const fault = faultOf(stop, WITHIN_MS);
  return fault && `${fault}: ${stop.said}`;
}

const onLinux = process.platform === 'linux' ? undefined : 'the proof reads /proc, which only Linux has';

describeUnless(onLinux, 'SIGTERM at a random moment of the first three seconds', () => {
  test.each(SERVICES.flatMap((service) => moments(3).map((atMs) => [service, atMs] as const)))(
    '%s, stopped %i ms after its start, ends with exit status 0 and leaves no process behind',
    async (service, atMs) => {
      expect(await faultAt(service, atMs, 'SIGTERM')).toBeNull();
    },
  );
});

/** `npm test` runs on the project's Node 24. An older Node on the PATH starts the project's Node in turn. */
const [olderNode] = execFileSync('sh', ['-c', 'which -a node || true'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '')
  .filter((path) => Number(/^v(\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1]) < 22);

(olderNode && !onLinux ? describe : describe.skip)('started by an older Node', () => {
  const cases = (['SIGTERM', 'SIGKILL'] as const).flatMap((signal) =>
    moments(3).map((atMs) => [signal, atMs] as const),
  );
  test.each(cases)('%s to the older Node, %i ms after its start, leaves no process behind', async (signal, atMs) => {
    expect(await faultAt('device', atMs, signal, olderNode)).toBeNull();
  });
});

describeUnless(onLinux, 'the proof itself', () => {
  test('finds a recorder that was left behind', async () => {
    // A process cannot act on SIGKILL, so the recorder of a recording device is left behind.
    expect(await faultAt('device', 6_000, 'SIGKILL')).toMatch(/processes were left behind/);
  });
});
