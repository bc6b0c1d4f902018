import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { TestCloud } from '../testing/test-cloud.ts';

const VICTIM = fileURLToPath(new URL('../testing/outbox-victim.ts', import.meta.url));
/** The full test makes 1,000 kills, which take minutes. A normal run makes fewer; EARSHOT_KILLS=1000 makes all. */
const KILLS = Number(process.env.EARSHOT_KILLS ?? 20);
/**
 * Limits for the moment of a kill. It comes within the victim's first writes and deliveries: in a write, an fsync, a
 * rename, a request or an answer.
 */
const MOST_PUTS = 12;
const LONGEST_DELAY_MS = 8;

interface Death {
  afterLines: number;
  delayMs: number;
}

/** Runs the victim until it ends or is killed. Resolves with the ids that it reported as safe. */
async function live(
  dir: string,
  cloud: TestCloud,
  puts: number,
  death: Death | null,
  compiled: string,
): Promise<{ safe: string[]; problems: string[] }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', VICTIM, dir, cloud.url, cloud.token, String(puts)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // The first victim runs to its end and fills the compile cache, so that all later victims start quickly.
      env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compiled },
    },
  );
  let text = '';
  for await (const words of child.stdout.setEncoding('utf8')) {
    text += words;
    if (death && text.split('\n').length > death.afterLines) setTimeout(() => child.kill('SIGKILL'), death.delayMs);
  }
  const lines = text.split('\n').slice(0, -1);
  const after = (word: string) => lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length));
  return { safe: after('safe '), problems: after('problem ') };
}

test(
  `${KILLS} SIGKILLs at random points: every candidate that was reported as safe is delivered once, with its clip`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'earshot-kills-'));
    const compiled = mkdtempSync(join(tmpdir(), 'earshot-compiled-'));
    const cloud = new TestCloud();
    await cloud.start();
    const random = seededRandom(6);
    const safe = new Set<string>();
    try {
      expect((await live(dir, cloud, 0, null, compiled)).problems).toEqual([]);
      for (let kill = 0; kill < KILLS; kill++) {
        const death = { afterLines: 1 + Math.floor(random() * MOST_PUTS), delayMs: random() * LONGEST_DELAY_MS };
        const life = await live(dir, cloud, 10_000, death, compiled);
        life.safe.forEach((id) => safe.add(id));
        expect(life.problems).toEqual([]);
      }
      expect((await live(dir, cloud, 0, null, compiled)).problems).toEqual([]);
      const arrived = new Map(cloud.registered.map((candidate) => [candidate.id, candidate]));
      expect(safe.size).toBeGreaterThan(KILLS);
      expect([...safe].filter((id) => !arrived.has(id))).toEqual([]);
      expect(arrived.size).toBe(cloud.registered.length);
      // A candidate may be on disk although the victim was killed before it printed "safe": it is delivered as well.
      for (const id of arrived.keys()) expect(cloud.clips.get(id)).toHaveLength(20_000);
      expect(readdirSync(dir)).toEqual([]);
    } finally {
      await cloud.stop();
      rmSync(dir, { recursive: true });
      rmSync(compiled, { recursive: true });
    }
  },
  60_000 + KILLS * 30_000,
);
