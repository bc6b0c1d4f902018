import { expect, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { cloudLog } from '../cloud-log.ts';
import type { ScoresClips } from '../verifier/scores-clips.ts';
import { embedLoudest } from './embed-loudest.ts';
import { REAL_GLASS } from './real-glass.ts';

test('a verifier that does not answer delays an alert by two seconds at most', async () => {
  const releases = { require: () => ({ manifest: { verifier: { sha256: REAL_GLASS.by, levels: {} } } }) };
  const scorer = { score: () => new Promise(() => {}) } as unknown as ScoresClips;
  const clip = { candidateId: '1', label: 'glass_break', audio: writeWav(new Float32Array(16_000)), eventStartS: 0 };
  const parts = { releases, log: cloudLog('silent', 2) } as unknown as Parameters<typeof embedLoudest>[0];
  await expect(embedLoudest(parts, scorer, clip)).resolves.toBeNull();
}, 10_000);
