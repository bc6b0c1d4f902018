/**
 * Writes cloud/ignored-sounds/embedding-centre.json, the mean embedding with which the cloud compares sounds that are similar to a sound that
 * a member marked wrong: `node models/replay/likeness/fit-embedding-centre.ts CORPUS [RELEASE]`. Run it for every release with another
 * verifier. Until then the cloud compares with the stricter rule, which needs no centre.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { loadAudio } from '../../corpus/audio-file.ts';
import { splitParts } from '../../corpus/held-back.ts';
import { readManifest } from '../../corpus/manifest.ts';
import { playedAgain } from './played-again.ts';

const FILE = fileURLToPath(new URL('../../../cloud/ignored-sounds/embedding-centre.json', import.meta.url));
/** All of `train` gives almost the same centre. */
const SOUNDS_OF_A_LABEL = 4;
const PLAYS = 4;

const [corpus = '', releaseDir = 'models/release'] = process.argv.slice(2);
const { verifier, seed } = Manifest.parse(JSON.parse(await readFile(join(releaseDir, 'manifest.json'), 'utf8')));
const scorer = await ClipScorer.load(await readFile(join(releaseDir, verifier.file)), verifier);
const train = (await readManifest(join(corpus, 'manifest.csv'))).rows.filter(({ split }) => split === 'train');
const parts = splitParts(train, seed);
// The evidence changes only the end of an embedding, which is left out.
const evidence = { label: 'glass_break', why: { cadence: NO_CADENCE, scores: {} } };

const embeddings: Float32Array[] = [];
const fitted = train.filter(({ file }) => parts.get(file) === 'fit');
for (const rows of Map.groupBy(fitted, ({ label }) => label).values()) {
  for (const { file, path } of rows.slice(0, SOUNDS_OF_A_LABEL)) {
    try {
      const sound = await loadAudio(path);
      const plays = Array.from({ length: PLAYS }, (_, time) => ({ ...playedAgain(sound, file, time), evidence }));
      for (const { embedding } of await scorer.scoreAndEmbed(plays))
        embeddings.push(embedding!.slice(0, -scorer.evidenceSize));
    } catch (error) {
      process.stderr.write(`left out: ${file}: ${String(error)}\n`);
    }
  }
}
await scorer.close();

const centre = Float32Array.from(
  embeddings[0]!,
  (_, at) => embeddings.reduce((sum, one) => sum + one[at]!, 0) / embeddings.length,
);
await writeFile(
  FILE,
  `${JSON.stringify({ verifierSha256: verifier.sha256, values: encodeEmbedding(centre) }, null, 2)}\n`,
);
process.stdout.write(`${FILE}: the mean of ${embeddings.length} renderings\n`);
