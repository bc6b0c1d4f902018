import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip } from '../testing/test-client.ts';
import { testVerifierOnnx } from '../testing/test-verifier-onnx.ts';
import { ClipVerifier } from './clip-verifier.ts';
import type { ClipToScore } from './scoring-messages.ts';

const model = { frontEnd: DEVICE_FRONT_END, clipS: 10, labels: [...KNOWN_LABELS] };
const toScore = (audio: ClipToScore['audio'], label = 'smoke_alarm'): ClipToScore => ({
  audio,
  evidence: makeCandidate(label, null),
  eventStartS: 0.5,
});

describe('the verifier and its scoring threads', () => {
  const batches: number[] = [];
  const verifier = new ClipVerifier({
    model,
    bytes: testVerifierOnnx(),
    threads: 1,
    onBatch: (_, clips) => batches.push(clips),
  });
  beforeAll(() => verifier.start());
  afterAll(() => verifier.stop());

  test('a WAV file and its decoded samples get the same scores', async () => {
    const wav = beepClip();
    const samples = new Float32Array(
      Array.from(
        { length: (wav.length - 44) / 2 },
        (_, at) => new DataView(wav.buffer).getInt16(44 + 2 * at, true) / 32_768,
      ),
    );
    const [fromWav, fromSamples] = await Promise.all([verifier.score(toScore(wav)), verifier.score(toScore(samples))]);
    expect(fromWav.scores.smoke_alarm).toBeGreaterThan(0.99);
    expect(fromSamples).toEqual(fromWav);
  });

  test('a silent clip gets a low score, whatever evidence the device sent', async () => {
    expect((await verifier.score(toScore(writeWav(new Float32Array(32_000))))).scores.smoke_alarm).toBeLessThan(0.01);
  });

  test('clips that arrive together are scored in batches of at most eight', async () => {
    batches.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => verifier.score(toScore(beepClip(1)))));
    expect(batches).toEqual([8, 8, 4]);
  });

  test.each([
    ['not WAV at all', Buffer.from('poison'), 'AUDIO_UNREADABLE'],
    ['stereo', writeWav([new Float32Array(32_000), new Float32Array(32_000)]), 'AUDIO_FORMAT'],
    ['48 kHz', writeWav(new Float32Array(48_000), { sampleRate: 48_000 }), 'AUDIO_FORMAT'],
    ['far too short', writeWav(new Float32Array(100)), 'AUDIO_FORMAT'],
  ])('a clip that is %s is refused, and the other clip of its batch is scored', async (_, bytes, code) => {
    const [bad, good] = await Promise.allSettled([verifier.score(toScore(bytes)), verifier.score(toScore(beepClip()))]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code } });
    expect(good.status).toBe('fulfilled');
  });
});

describe('embeddings', () => {
  const scored = async (bytes: Uint8Array, clips: Uint8Array[]) => {
    const verifier = new ClipVerifier({ model, bytes, threads: 1 });
    await verifier.start();
    const all = await Promise.all(clips.map((clip) => verifier.score(toScore(clip))));
    await verifier.stop();
    return { givesEmbeddings: verifier.givesEmbeddings, all };
  };

  test('each clip gets its own embedding if the network has embeddings', async () => {
    const silence = writeWav(new Float32Array(32_000));
    const { givesEmbeddings, all } = await scored(testVerifierOnnx({ embeddings: true }), [
      beepClip(),
      silence,
      beepClip(),
    ]);
    expect(givesEmbeddings).toBe(true);
    const [beep, none, again] = all.map(({ embedding }) => embedding);
    expect(beep).toHaveLength(DEVICE_FRONT_END.melBands);
    expect(Math.max(...beep!)).toBeGreaterThan(1);
    expect(Math.max(...none!)).toBe(0);
    expect(again).toEqual(beep);
    expect(all[0]?.scores.smoke_alarm).toBeGreaterThan(0.99);
  });

  test('embeddings are null if the network has none', async () => {
    const { givesEmbeddings, all } = await scored(testVerifierOnnx(), [beepClip()]);
    expect(givesEmbeddings).toBe(false);
    expect(all[0]?.embedding).toBeNull();
  });
});

describe('releases whose list of evidence has another length', () => {
  const verifierWith = (evidenceSize: number): ClipVerifier =>
    new ClipVerifier({ model, bytes: testVerifierOnnx({ evidenceSize }), threads: 1 });

  test('the verifier of an older release gets only the evidence that it takes', async () => {
    const verifier = verifierWith(32);
    await verifier.start();
    const { scores } = await verifier.score(toScore(beepClip()));
    expect(scores.smoke_alarm).toBeGreaterThan(0.99);
    await verifier.stop();
  });

  test('a verifier that takes more evidence than this version has is refused at the start', async () => {
    const verifier = verifierWith(EVIDENCE_SIZE + 1);
    await expect(verifier.start()).rejects.toThrow(`asks for ${EVIDENCE_SIZE + 1} numbers of evidence`);
    await verifier.stop();
  });
});

describe('a failure that the clip did not cause', () => {
  test('a failure of the network has the code INTERNAL, so that the clip is tried again', async () => {
    // The network returns fewer labels than the manifest names.
    const verifier = new ClipVerifier({
      model: { ...model, labels: [...KNOWN_LABELS, 'unheard_of'] },
      bytes: testVerifierOnnx(),
      threads: 1,
    });
    await verifier.start();
    await expect(verifier.score(toScore(beepClip()))).rejects.toMatchObject({ code: 'INTERNAL' });
    await verifier.stop();
  });

  test('a failure on one clip does not fail the other clips of its batch', async () => {
    const verifier = new ClipVerifier({ model, bytes: testVerifierOnnx(), threads: 1 });
    await verifier.start();
    const [bad, good] = await Promise.allSettled([
      verifier.score(toScore(new Float32Array(32_000).fill(NaN))),
      verifier.score(toScore(beepClip())),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'AUDIO_NOT_FINITE' } });
    expect(good.status).toBe('fulfilled');
    await verifier.stop();
  });
});

describe('when the only scoring thread dies', () => {
  const kill = async (verifier: ClipVerifier) => {
    const [thread] = Reflect.get(verifier, 'running') as { worker: { terminate(): Promise<number> } }[];
    await thread?.worker.terminate();
  };

  test('another thread is started and continues', async () => {
    const verifier = new ClipVerifier({ model, bytes: testVerifierOnnx(), threads: 1 });
    await verifier.start();
    await kill(verifier);
    expect((await verifier.score(toScore(beepClip()))).scores.smoke_alarm).toBeGreaterThan(0.99);
    await verifier.stop();
  });

  test('and no other thread can be started, pending and later clips are rejected, and the failure is reported', async () => {
    const bytes = Buffer.from(testVerifierOnnx());
    const broken = Promise.withResolvers<EarshotError>();
    const verifier = new ClipVerifier({ model, bytes, threads: 1, onBroken: broken.resolve });
    await verifier.start();
    bytes.fill(0);
    await kill(verifier);
    await expect(verifier.score(toScore(beepClip()))).rejects.toMatchObject({ code: 'RELEASE_BROKEN' });
    await expect(verifier.score(toScore(beepClip()))).rejects.toMatchObject({ code: 'RELEASE_BROKEN' });
    expect((await broken.promise).code).toBe('RELEASE_BROKEN');
    await verifier.stop();
  });
});

describe('a clip that makes its scoring thread end', () => {
  const killer = toScore(beepClip(1));
  const batches: number[] = [];
  afterEach(() => void jest.restoreAllMocks());

  test('fails, and the other clips of its batch get their scores in the next thread', async () => {
    const post = Worker.prototype.postMessage;
    jest.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, batch: ClipToScore[]) {
      batches.push(batch.length);
      if (batch.includes(killer)) void this.terminate();
      else post.call(this, batch);
    });
    const verifier = new ClipVerifier({ model, bytes: testVerifierOnnx(), threads: 1 });
    await verifier.start();
    const before = toScore(beepClip());
    const results = await Promise.allSettled([before, killer, before, before].map((clip) => verifier.score(clip)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'INTERNAL' } });
    expect(batches).toEqual([4, 1, 1, 1, 1]);
    await verifier.stop();
  });
});

test('a network that cannot be loaded makes the start fail with RELEASE_BROKEN', async () => {
  const verifier = new ClipVerifier({ model, bytes: Buffer.from('no network'), threads: 1 });
  await expect(verifier.start()).rejects.toMatchObject({ code: 'RELEASE_BROKEN' });
  await verifier.stop();
});
