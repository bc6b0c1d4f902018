import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ClipLinks } from '@earshot/cloud/clips/clip-links.ts';
import { clipKey } from '@earshot/cloud/clips/clip-store.ts';
import { FileClipStore } from '@earshot/cloud/clips/file-store.ts';
import { ServerKeys } from '@earshot/cloud/keys/server-keys.ts';
import { openDatabase } from '@earshot/cloud/store/database.ts';
import { StateFile } from '@earshot/device/disk/state-file.ts';
import { Outbox } from '@earshot/device/outbox/outbox.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { Disk, placeFiles } from './disk.ts';
import { buildDiskLog, type Change, recordDisk } from './disk-log.ts';

/** Number of power cuts in each run, evenly spread over it. EARSHOT_POWER_CUTS=1000 tries more. */
const CUTS = Number(process.env.EARSHOT_POWER_CUTS ?? 60);
/** Time limit of a test. One second suffices on an idle machine; a busy machine needs far more. */
const PATIENCE_MS = 240_000 + CUTS * 5_000;
const SEED = Number(process.env.EARSHOT_SEED ?? 1);

const built = buildDiskLog();
const layer = 'layer' in built ? built.layer : '';
const DEVICE = fileURLToPath(new URL('../../../device/testing/power-cut-victim.ts', import.meta.url));
const CLOUD = fileURLToPath(new URL('../../../cloud/testing/power-cut-victim.ts', import.meta.url));

describeUnless('missing' in built ? built.missing : undefined, 'after a power cut at any moment', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'earshot-power-cut-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  afterAll(() => {
    if (layer) rmSync(dirname(layer), { recursive: true });
  });

  /**
   * Calls `check` after each power cut, with a folder as the cut may leave it, and with what was reported as safe
   * before.
   */
  async function cut(changes: readonly Change[], check: (dir: string, marked: Marked) => Promise<void>) {
    const random = seededRandom(SEED);
    const disk = new Disk();
    const marks: string[] = [];
    for (const [at, change] of changes.entries()) {
      disk.apply(change);
      if (change.kind === 'mark') marks.push(change.text);
      if (Math.floor((at * CUTS) / changes.length) === Math.floor(((at + 1) * CUTS) / changes.length)) continue;
      const dir = mkdtempSync(join(folder, 'cut-'));
      placeFiles(disk.afterPowerCut(random), dir);
      await check(dir, (word) => marks.filter((m) => m.startsWith(`${word} `)).map((m) => m.slice(word.length + 1)));
      rmSync(dir, { recursive: true });
    }
  }

  test(
    `the device still has its settings and every candidate that it had reported as safe, with its clip (${CUTS} power cuts)`,
    async () => {
      const changes = await recordDisk(layer, DEVICE, folder);
      let found = 0;
      await cut(changes, async (dir, marked) => {
        const faults: string[] = [];
        const outbox = new Outbox(join(dir, 'outbox'), (error) => faults.push(error.message));
        await outbox.start();
        const there = outbox.list().map(({ id }) => id);
        const delivered = marked('delivered');
        expect(there).toEqual(expect.arrayContaining(marked('safe').filter((id) => !delivered.includes(id))));
        for (const id of marked('removed')) expect(there).not.toContain(id);
        for (const id of there) expect(isClip(await outbox.readClip(id), 9_000, id)).toBe(true);
        const state = new StateFile(join(dir, 'settings.json'), z.object({ version: z.number() }), (error) =>
          faults.push(error.message),
        );
        expect((await state.read())?.version ?? 0).toBeGreaterThanOrEqual(Number(marked('version').at(-1) ?? 0));
        expect(faults).toEqual([]);
        found += there.length;
      });
      expect(found).toBeGreaterThan(CUTS);
    },
    PATIENCE_MS,
  );

  test(
    `the cloud still has every home that it had committed, and every clip that it had stored (${CUTS} power cuts)`,
    async () => {
      const changes = await recordDisk(layer, CLOUD, folder);
      let found = 0;
      await cut(changes, async (dir, marked) => {
        const database = openDatabase(`sqlite:${join(dir, 'cloud.db')}`);
        await database.migrate();
        await database.check();
        const rows = await database.queries
          .selectFrom('homes')
          .leftJoin('settings', 'settings.homeId', 'homes.id')
          .select(['homes.id', 'settings.body'])
          .execute();
        expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(marked('home')));
        for (const { body } of rows) expect(body).toHaveLength(15_000);
        await database.close();
        const clips = new FileClipStore(join(dir, 'clips'), new ClipLinks(new ServerKeys('x'.repeat(32))), systemClock);
        for (const id of marked('clip')) expect(isClip(await clips.get(clipKey(id, id)), 3_000, id)).toBe(true);
        found += rows.length;
      });
      expect(found).toBeGreaterThan(CUTS);
    },
    PATIENCE_MS,
  );
});

/** Whether a clip is the one of the candidate `id`: the processes under test fill each clip with this id. */
const isClip = (bytes: Uint8Array | null, length: number, id: string): boolean =>
  bytes !== null && Buffer.alloc(length, id).equals(bytes);

type Marked = (word: string) => string[];
