import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { IgnoredSoundsFile } from '@earshot/shared/contracts/ignored-sounds.ts';
import { cosine, decodeEmbedding, encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { deleteHome } from '../deletion/delete-home.ts';
import { deleteIncidents } from '../deletion/delete-incidents.ts';
import { takeHeartbeat } from '../homes/devices.ts';
import type { Caller } from '../homes/tokens.ts';
import { giveFeedback } from '../incidents/member-actions.ts';
import { hearingVerification } from '../testing/hearing-verification.ts';
import { TestParts } from '../testing/test-parts.ts';
import type { CandidateVerification } from '../verifier/candidate-verification.ts';
import { ignoredFile } from './device-file.ts';
import { listIgnoredSounds, removeIgnoredSound } from './list-ignored.ts';

const TRUNK = 'a'.repeat(64);
const KETTLE = [1, 0, 0];
const PLATES = [0, 1, 0];

describe('the file of sounds that a device itself ignores', () => {
  let home: TestParts;
  let kitchen: Caller;
  /** The embedding that the fake verifier returns for the next clip. */
  let heard: readonly number[];
  let verification: CandidateVerification;
  beforeEach(async () => {
    home = await TestParts.open();
    await home.openRelease();
    kitchen = await home.pair('device', 'Kitchen');
    verification = hearingVerification(home.parts, () => heard);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const queries = () => home.parts.database.queries;
  const register = (sound: readonly number[], trunkSha256 = TRUNK, device = kitchen) => {
    heard = sound;
    const embedding = { trunkSha256, values: encodeEmbedding(Float32Array.from(sound, (x) => 2 * x)) };
    return home.report(device, 'glass_break', { embedding });
  };
  /** Reports a sound, verifies it, lets its incident end, and returns the id of the alert. */
  const report = async (...given: Parameters<typeof register>): Promise<string> => {
    const candidateId = await register(...given);
    await verification.verify({ homeId: kitchen.homeId, candidateId });
    const { id } = (await home.incidents()).at(-1)!;
    await home.pass(10 * 60_000);
    return id;
  };
  const mark = (id: string, verdict: 'wrong' | 'right' | null = 'wrong') =>
    giveFeedback(home.parts, home.owner, id, verdict);
  const offered = async (device = kitchen) =>
    (await takeHeartbeat(home.parts, device, makeHeartbeat())).ignored?.sha256 ?? null;
  const file = async (device = kitchen) => {
    const sha256 = await offered(device);
    return sha256 === null
      ? null
      : IgnoredSoundsFile.parse(JSON.parse(Buffer.from(await ignoredFile(queries(), device, sha256)).toString()));
  };
  const list = () => listIgnoredSounds(queries(), home.home.homeId, undefined);

  test('the device gets an ignored sound only after the verifier has ignored it twice, not after one mark by a member', async () => {
    await mark(await report(KETTLE));
    expect(await file()).toBeNull();
    await report(KETTLE);
    expect(await file()).toBeNull();
    await report([1, 0.05, 0]);
    const [sound, ...others] = (await file())!.sounds;
    expect(others).toEqual([]);
    expect(sound).toMatchObject({ id: (await list())[0]!.id, label: 'glass_break', embedding: { trunkSha256: TRUNK } });
    const values = decodeEmbedding(sound!.embedding.values);
    expect(Math.hypot(...values)).toBeCloseTo(1, 5);
    expect(cosine(values, Float32Array.from(KETTLE))).toBeGreaterThan(0.999);
  });

  test('the device gets an ignored sound when two of its alerts are marked as wrong', async () => {
    const [first, second] = [await report(KETTLE), await report(KETTLE)];
    await mark(first);
    expect(await file()).toBeNull();
    await mark(second);
    expect((await file())!.sounds).toHaveLength(1);
    expect(await list()).toHaveLength(1);
    await mark(second, null);
    expect(await file()).toBeNull();
  });

  test('a sound with two marked alerts stays ignored until both marks are withdrawn; meanwhile it is described by the alert that is still marked', async () => {
    const [first, second] = [await report(KETTLE), await report(KETTLE)];
    await mark(first);
    await mark(second);
    const [sound] = await list();
    expect(sound).toMatchObject({ incidentId: first, playable: true });
    await mark(first, 'right');
    expect(await list()).toMatchObject([{ id: sound!.id, incidentId: second, playable: true, active: true }]);
    expect((await list())[0]!.candidateId).not.toBe(sound!.candidateId);
    await report(KETTLE);
    expect((await list())[0]).toMatchObject({ ignored: 1 });
    await mark(second, null);
    expect(await list()).toEqual([]);
  });

  test('an alert with many sounds counts as one mark: its device gets the sound only after the verifier has also ignored it', async () => {
    for (let n = 0; n < 5; n++)
      await verification.verify({ homeId: kitchen.homeId, candidateId: await register(KETTLE) });
    const [alert, ...others] = await home.incidents();
    expect(others).toEqual([]);
    await mark(alert!.id);
    await home.pass(10 * 60_000);
    expect(await file()).toBeNull();
    await report(KETTLE);
    await report(KETTLE);
    expect((await file())!.sounds).toHaveLength(1);
  });

  test('two marks of the same alert count as one', async () => {
    const id = await report(KETTLE);
    await mark(id);
    await mark(id);
    expect(await file()).toBeNull();
  });

  /** Makes the device in the kitchen ignore a sound. Returns the id of the sound's first alert. */
  const silence = async (trunk = TRUNK): Promise<string> => {
    const id = await report(KETTLE, trunk);
    await mark(id);
    await report(KETTLE, trunk);
    await report(KETTLE, trunk);
    return id;
  };

  test('a sound that is removed from the list, or whose mark is changed, is removed from the device at its next heartbeat', async () => {
    await silence();
    const sha256 = (await offered())!;
    await removeIgnoredSound(home.parts, home.home.homeId, (await list())[0]!.id);
    expect(await offered()).toBeNull();
    await expect(ignoredFile(queries(), kitchen, sha256)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await mark(await silence(), 'right');
    expect(await offered()).toBeNull();
  });

  test('an ignored sound of one device affects no other device of the home and no other sounds', async () => {
    const bath = await home.pair('device', 'Bath');
    await silence();
    await mark(await report(PLATES));
    expect(await offered(bath)).toBeNull();
    expect((await file())!.sounds).toHaveLength(1);
    await expect(ignoredFile(queries(), bath, (await offered())!)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('deleting a home also deletes the embeddings of its ignored sounds', async () => {
    await silence();
    const sha256 = (await offered())!;
    await deleteHome(home.parts, home.home.homeId);
    await expect(ignoredFile(queries(), kitchen, sha256)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await queries().selectFrom('ignoredHearings').selectAll().execute()).toEqual([]);
  });

  test('after the first embedding of another trunk network, earlier hearings of the sound no longer count', async () => {
    await silence();
    await report(KETTLE, 'b'.repeat(64));
    expect(await file()).toBeNull();
    await report(KETTLE, 'b'.repeat(64));
    expect((await file())!.sounds).toMatchObject([{ embedding: { trunkSha256: 'b'.repeat(64) } }]);
  });

  test('a sound of the old trunk that is delivered or marked late deletes no embedding of the new trunk', async () => {
    const old = await report(PLATES, 'a'.repeat(64));
    const again = await report([0.05, 1, 0], 'a'.repeat(64));
    const detectedAt = new Date(home.clock.nowMs() - 5 * 60_000).toISOString();
    const id = await report(PLATES, 'b'.repeat(64));
    await mark(id);
    await report(PLATES, 'b'.repeat(64));
    await report(PLATES, 'b'.repeat(64));
    const ofTheNew = await file();
    expect(ofTheNew!.sounds).toMatchObject([{ embedding: { trunkSha256: 'b'.repeat(64) } }]);

    const embedding = { trunkSha256: 'a'.repeat(64), values: encodeEmbedding(Float32Array.from(PLATES)) };
    heard = PLATES;
    const candidateId = await home.report(kitchen, 'glass_break', {
      embedding,
      late: true,
      startedAt: detectedAt,
      detectedAt,
    });
    await verification.verify({ homeId: kitchen.homeId, candidateId });
    expect((await list())[0]).toMatchObject({ ignored: 3 });
    await mark(old);
    await mark(again);
    expect(await file()).toEqual(ofTheNew);
  });

  test('a device that sends no embeddings gets no ignored sounds', async () => {
    const bare = async () => {
      heard = KETTLE;
      await verification.verify({
        homeId: kitchen.homeId,
        candidateId: await home.report(kitchen, 'glass_break'),
      });
      await home.pass(10 * 60_000);
      return (await home.incidents()).at(-1)!.id;
    };
    await mark(await bare());
    await bare();
    await bare();
    expect((await list())[0]).toMatchObject({ ignored: 2 });
    expect(await file()).toBeNull();
  });

  test("a device's embedding is stored separately from the candidate, and deleted with its clip", async () => {
    const kept = async () =>
      queries().selectFrom('candidates').select('id').where('deviceEmbedding', 'is not', null).execute();
    const id = await report(KETTLE);
    expect(await kept()).toHaveLength(1);
    const [row] = await queries().selectFrom('candidates').select('body').execute();
    expect(row!.body).not.toContain('embedding');
    await deleteIncidents(home.parts, home.home.homeId, [id]);
    expect(await kept()).toEqual([]);
    await home.verdict(await register(KETTLE), 'rejected');
    expect(await kept()).toEqual([]);
  });

  test('the list shows how often the device ignored the sound this week', async () => {
    await silence();
    const [sound] = await list();
    expect(sound!.onDevice).toBeNull();
    const lastAt = new Date(home.clock.nowMs()).toISOString();
    await home.clock.advance(60_000);
    await takeHeartbeat(home.parts, kitchen, makeHeartbeat({ silenced: [{ id: sound!.id, week: 12, lastAt }] }));
    expect((await list())[0]!.onDevice).toEqual({ week: 12, lastAt });
  });
});
