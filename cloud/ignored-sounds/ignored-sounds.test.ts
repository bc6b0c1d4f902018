import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { expireClips } from '../deletion/retention.ts';
import { deleteHome } from '../deletion/delete-home.ts';
import { deleteIncidents } from '../deletion/delete-incidents.ts';
import { removeDevice } from '../homes/devices.ts';
import type { Caller } from '../homes/tokens.ts';
import { giveFeedback } from '../incidents/member-actions.ts';
import { hearingVerification } from '../testing/hearing-verification.ts';
import { TestParts } from '../testing/test-parts.ts';
import { CandidateVerification } from '../verifier/candidate-verification.ts';
import { listIgnoredSounds, removeIgnoredSound } from './list-ignored.ts';
import { REAL_GLASS } from './real-glass.ts';
import { decodeSound, encodeSound } from './sound-embedding.ts';

const DAY_MS = 86_400_000;
const NO_RHYTHM = { groups_t3: 0, groups_t4: 0, rhythm_t3: 0, rhythm_t4: 0 };

/** The embeddings of the sounds that these tests use. */
const SOUNDS = {
  kettle: [1, 0, 0, 0],
  'the kettle again': [1, 0.1, 0, 0],
  plates: [0, 1, 0, 0],
  siren: [0, 0, 1, 0],
  drill: [0, 0, 0, 1],
} as const;
type Sound = keyof typeof SOUNDS;

describe('sounds that a member marked as wrong', () => {
  let home: TestParts;
  let kitchen: Caller;
  /** The embedding that the fake verifier returns for the next clip. Null: a verifier without embeddings. */
  let sounds: readonly number[] | null;
  /** The embedding of the next clip's loudest part. */
  let loudest: readonly number[] | null;
  let verification: CandidateVerification;
  beforeEach(async () => {
    home = await TestParts.open();
    await home.openRelease();
    kitchen = await home.pair('device', 'Kitchen');
    loudest = null;
    verification = hearingVerification(
      home.parts,
      () => sounds,
      () => loudest,
    );
  });
  afterEach(() => home[Symbol.asyncDispose]());

  /** Reports a sound, verifies it, and lets its incident end before the next report. */
  const report = async (sound: Sound, given: Partial<Candidate> = {}, device = kitchen, label = 'glass_break') => {
    sounds = SOUNDS[sound];
    return hearAgain(given, device, label);
  };
  const hearAgain = async (given: Partial<Candidate> = {}, device = kitchen, label = 'glass_break') => {
    const candidateId = await home.report(device, label, given);
    await verification.verify({ homeId: device.homeId, candidateId });
    const incident = (await home.incidents()).at(-1)!;
    await home.pass(10 * 60_000);
    return incident;
  };
  const withEvidence = (evidence: Record<string, number>): Partial<Candidate> => ({
    why: { text: 'beeps', cadence: CADENCE, scores: {}, levelDbfs: -30, reasons: [], evidence },
  });
  const wrong = (incidentId: string) => giveFeedback(home.parts, home.owner, incidentId, 'wrong');
  const list = () =>
    listIgnoredSounds(
      home.parts.database.queries,
      home.home.homeId,
      home.parts.releases.current?.manifest.verifier.sha256,
    );

  test('after a sound was marked as wrong, the same sound alerts nobody and is shown as ignored, and a different sound still alerts', async () => {
    await wrong((await report('kettle')).id);
    const before = await home.outbox();
    const again = await report('the kettle again');
    expect(again).toMatchObject({ verdict: 'rejected', ignored: true, notified: 0, evidence: [{ ignored: true }] });
    expect(again.summary).toContain('it sounds like an alert that you marked as wrong');
    expect(await home.outbox()).toEqual(before);
    expect(await report('plates')).toMatchObject({ verdict: 'confirmed', ignored: false });
  });

  test('the verdict on an ignored sound says that the sound was ignored, not only that it was rejected', async () => {
    await wrong((await report('kettle')).id);
    sounds = SOUNDS['the kettle again'];
    const candidateId = await home.report(kitchen, 'glass_break');
    const outcome = await verification.verify({ homeId: kitchen.homeId, candidateId });
    expect(outcome).toMatchObject({ done: { verdict: 'rejected', score: 0.9, ignored: true } });
  });

  test('an ignored sound is listed with its label, its room, who marked it and how often it was ignored', async () => {
    const { id, evidence } = await report('kettle');
    await wrong(id);
    await report('the kettle again');
    expect(await list()).toMatchObject([
      {
        label: 'glass_break',
        room: 'Kitchen',
        description: evidence[0]?.why.text,
        incidentId: id,
        candidateId: evidence[0]?.candidateId,
        playable: true,
        active: true,
        ignored: 1,
        lastIgnoredAt: expect.any(String),
      },
    ]);
  });

  test('an ignored sound names every alert that was marked because of it, also an older alert that was marked later', async () => {
    const older = await report('kettle');
    const newer = await report('the kettle again');
    await wrong(newer.id);
    await home.pass(1_000);
    await wrong(older.id);
    expect(await list()).toMatchObject([{ incidentId: newer.id, markedIncidentIds: [newer.id, older.id] }]);
    await giveFeedback(home.parts, home.owner, newer.id, null);
    expect(await list()).toMatchObject([{ incidentId: older.id, markedIncidentIds: [older.id] }]);
  });

  test('after an ignored sound was removed from the list it alerts again, and the old alert stays marked as wrong', async () => {
    const { id } = await report('kettle');
    await wrong(id);
    await removeIgnoredSound(home.parts, home.home.homeId, (await list())[0]!.id);
    expect(await list()).toEqual([]);
    expect(await report('kettle')).toMatchObject({ verdict: 'confirmed', ignored: false });
    expect((await home.incidents())[0]?.feedback?.verdict).toBe('wrong');
  });

  test.each([['right' as const], [null]])(
    'a sound is no longer ignored when the mark on its alert is changed to %s',
    async (verdict) => {
      const { id } = await report('kettle');
      await wrong(id);
      await giveFeedback(home.parts, home.owner, id, verdict);
      expect(await list()).toEqual([]);
      expect(await report('kettle')).toMatchObject({ verdict: 'confirmed' });
    },
  );

  test('a sound is ignored only for the device and the label of the alert that was marked as wrong', async () => {
    await wrong((await report('kettle')).id);
    const bath = await home.pair('device', 'Bath');
    expect(await report('kettle', {}, bath)).toMatchObject({ verdict: 'confirmed' });
    expect(await report('kettle', {}, kitchen, 'door')).toMatchObject({ verdict: 'confirmed' });
  });

  test('a smoke alarm is never ignored if the device measured the standard rhythm in it, but can be ignored without the rhythm', async () => {
    const beeper = await report('siren', withEvidence(NO_RHYTHM), kitchen, 'smoke_alarm');
    await wrong(beeper.id);
    const alarm = withEvidence({ ...NO_RHYTHM, groups_t3: 4.2 });
    expect(await report('siren', alarm, kitchen, 'smoke_alarm')).toMatchObject({ verdict: 'confirmed' });
    expect(await report('siren', withEvidence(NO_RHYTHM), kitchen, 'smoke_alarm')).toMatchObject({ ignored: true });
  });

  test('marking a test, or an alert with the standard rhythm, adds no ignored sound', async () => {
    await wrong((await report('siren', withEvidence({ ...NO_RHYTHM, groups_t4: 2 }), kitchen, 'co_alarm')).id);
    await wrong((await report('kettle', { test: true })).id);
    expect(await list()).toEqual([]);
  });

  test('marking an alert twice stores one ignored sound; a home stores at most twenty, and the oldest is dropped', async () => {
    const first = await report('kettle');
    await wrong(first.id);
    await wrong(first.id);
    expect(await list()).toHaveLength(1);
    for (let angle = 1; angle <= 20; angle++) {
      sounds = Array.from({ length: 24 }, (_, at) => Number(at === angle));
      await wrong((await hearAgain()).id);
    }
    const kept = await list();
    expect(kept).toHaveLength(20);
    expect(kept.map(({ incidentId }) => incidentId)).not.toContain(first.id);
  });

  describe('a repeat of breaking glass whose clip is less similar', () => {
    /** The embedding of a loudest part whose names differ from the mean of the real sounds by these numbers. */
    const part = (...names: number[]): number[] => [
      ...Array.from({ length: REAL_GLASS.namesFrom }, () => 0),
      ...[...REAL_GLASS.mean].map((mean, at) => mean + (names[at] ?? 0)),
    ];
    /** The cosine with the clip of the kettle is 0.985. */
    const lessSimilar = async (label = 'glass_break') => {
      sounds = [1, 0.17, 0, 0];
      return hearAgain({}, kitchen, label);
    };
    beforeEach(() => {
      home.parts.releases.require().manifest.verifier.sha256 = REAL_GLASS.by;
      loudest = part(20, 0);
    });

    test('is ignored when its loudest part is similar', async () => {
      await wrong((await report('kettle')).id);
      expect(await lessSimilar()).toMatchObject({ verdict: 'rejected', ignored: true });
    });

    test('alerts when its loudest part differs, even if the clip is very similar', async () => {
      await wrong((await report('kettle')).id);
      loudest = part(0, 20);
      expect(await lessSimilar()).toMatchObject({ verdict: 'confirmed', ignored: false });
      expect(await report('the kettle again')).toMatchObject({ verdict: 'confirmed', ignored: false });
    });

    test('alerts for a label that is compared without the loudest part', async () => {
      await wrong((await report('kettle', {}, kitchen, 'door')).id);
      expect(await lessSimilar('door')).toMatchObject({ verdict: 'confirmed', ignored: false });
    });

    test('is ignored after the alert and the recording of the marked sound were deleted', async () => {
      const { id } = await report('kettle');
      await wrong(id);
      await deleteIncidents(home.parts, home.home.homeId, [id]);
      expect(await lessSimilar()).toMatchObject({ ignored: true });
    });

    /** What an older version stored of a sound. */
    type Before = (embedding: string) => string;
    const withoutLoudest: Before = (embedding) => encodeSound({ ...decodeSound(embedding), loudest: null });
    const withOtherVersion: Before = (embedding) => embedding.replace(/[^.]*$/, '0');
    const markKettleAsBefore = async (asBefore: Before = withoutLoudest) => {
      await wrong((await report('kettle')).id);
      const { queries } = home.parts.database;
      const { embedding } = await queries.selectFrom('ignoredSounds').select('embedding').executeTakeFirstOrThrow();
      await queries
        .updateTable('ignoredSounds')
        .set({ embedding: asBefore(embedding) })
        .execute();
    };

    test.each([
      ['without its loudest part', withoutLoudest],
      ['with another version of the loudest part', withOtherVersion],
    ])('is ignored when an older version marked the sound %s, if the recording still exists', async (_, asBefore) => {
      await markKettleAsBefore(asBefore);
      expect(await lessSimilar()).toMatchObject({ ignored: true });
      const { queries } = home.parts.database;
      const stored = await queries.selectFrom('ignoredSounds').select('embedding').executeTakeFirstOrThrow();
      expect(decodeSound(stored.embedding).loudest).not.toBeNull();
    });

    test('an alert does not wait until a sound of an older version is embedded again when the clips differ', async () => {
      await markKettleAsBefore();
      let runs = 0;
      const counted = (embedding: readonly number[] | null) => {
        runs++;
        return embedding;
      };
      verification = hearingVerification(
        home.parts,
        () => counted(sounds),
        () => counted(loudest),
      );
      await report('plates');
      // The clip and its loudest part.
      expect(runs).toBe(2);
    });

    test.each([
      ['a rejected clip of breaking glass', 'glass_break', 0, 1],
      ['a confirmed clip of a door', 'door', 0.9, 1],
      ['a confirmed clip of breaking glass', 'glass_break', 0.9, 2],
    ])('%s is given to the verifier as often as needed', async (_, label, score, needed) => {
      let runs = 0;
      const counting = new CandidateVerification(home.parts, {
        score: async () => {
          runs++;
          return { scores: { [label]: score }, embedding: Float32Array.from(part(20, 0)) };
        },
      });
      await counting.verify({ homeId: kitchen.homeId, candidateId: await home.report(kitchen, label) });
      expect(runs).toBe(needed);
    });

    test('alerts when its loudest part cannot be embedded; a very similar clip is still ignored', async () => {
      await wrong((await report('kettle')).id);
      verification = hearingVerification(
        home.parts,
        () => sounds,
        () => {
          throw new Error('the network failed');
        },
      );
      expect(await lessSimilar()).toMatchObject({ verdict: 'confirmed' });
      expect(await report('the kettle again')).toMatchObject({ ignored: true });
    });
  });

  test('no sound is ignored while the release has a verifier without embeddings', async () => {
    sounds = null;
    await wrong((await hearAgain()).id);
    expect(await list()).toEqual([]);
    expect(await hearAgain()).toMatchObject({ verdict: 'confirmed' });
  });

  test('a new verifier embeds an ignored sound again from its recording; an ignored sound without a recording is not compared any more', async () => {
    await wrong((await report('kettle')).id);
    await home.openRelease('2026-02-01.1', { embeddings: true });
    // The new verifier makes different embeddings of the same sounds.
    expect(await report('plates')).toMatchObject({ ignored: true });
    expect(await list()).toMatchObject([{ active: true }]);
    await home.clock.advance(31 * DAY_MS);
    await expireClips(home.parts);
    expect(await report('plates')).toMatchObject({ ignored: true });
    await home.openRelease('2026-03-01.1');
    expect(await list()).toMatchObject([{ active: false, playable: false }]);
    expect(await report('plates')).toMatchObject({ verdict: 'confirmed' });
  });

  test('an embedding is deleted with its clip, and none is stored for a rejected clip', async () => {
    await report('kettle');
    const kept = () =>
      home.parts.database.queries.selectFrom('candidates').select('id').where('embedding', 'is not', null).execute();
    expect(await kept()).toHaveLength(1);
    await home.clock.advance(31 * DAY_MS);
    await expireClips(home.parts);
    expect(await kept()).toEqual([]);
  });

  test('deleting the alert deletes the recording of its ignored sound, and the sound stays ignored', async () => {
    const { id } = await report('kettle');
    await wrong(id);
    await deleteIncidents(home.parts, home.home.homeId, [id]);
    expect(await list()).toMatchObject([{ playable: false, active: true }]);
    expect(await report('kettle')).toMatchObject({ ignored: true });
  });

  test('deleting a device or a home deletes its ignored sounds', async () => {
    const bath = await home.pair('device', 'Bath');
    await wrong((await report('kettle')).id);
    await wrong((await report('plates', {}, bath)).id);
    await removeDevice(home.parts, home.owner, bath.id);
    expect(await list()).toHaveLength(1);
    await deleteHome(home.parts, home.home.homeId);
    expect(await home.parts.database.queries.selectFrom('ignoredSounds').select('id').execute()).toEqual([]);
  });

  test("a home neither sees nor uses another home's ignored sounds", async () => {
    await wrong((await report('kettle')).id);
    const [ignored] = await list();
    await expect(removeIgnoredSound(home.parts, NOBODYS, ignored!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await list()).toHaveLength(1);
  });
});

const NOBODYS = '01900000-0000-7000-8000-000000000000';
const CADENCE = { pattern: 'none', toneHz: null, onS: 0, offS: 0, periodS: null, beeps: 0, groups: 0, fit: 0 } as const;
