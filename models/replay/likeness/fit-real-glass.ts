/**
 * Writes cloud/ignored-sounds/real-glass.json: the names that the verifier gives to the loudest part of each real breaking glass of `train`.
 * `node models/replay/likeness/fit-real-glass.ts CORPUS [RELEASE]`. Run it for every release with another verifier. Until then the cloud
 * compares whole clips only.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loudestPart } from '@earshot/cloud/ignored-sounds/loudest-part.ts';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { loadAudio } from '../../corpus/audio-file.ts';
import { readManifest } from '../../corpus/manifest.ts';
import { NAMES_FROM } from '../../training/verifier/network.ts';
import { playedAgain } from './played-again.ts';

const FILE = fileURLToPath(new URL('../../../cloud/ignored-sounds/real-glass.json', import.meta.url));
const LABEL = 'glass_break';

const [corpus = '', releaseDir = 'models/release'] = process.argv.slice(2);
const { verifier } = Manifest.parse(JSON.parse(await readFile(join(releaseDir, 'manifest.json'), 'utf8')));
const scorer = await ClipScorer.load(await readFile(join(releaseDir, verifier.file)), verifier);
const { rows } = await readManifest(join(corpus, 'manifest.csv'));

const names: string[] = [];
for (const { file, path } of rows.filter((row) => row.split === 'train' && row.label === LABEL)) {
  const { samples, eventStartS } = playedAgain(await loadAudio(path), file, 0);
  const [scored] = await scorer.scoreAndEmbed([loudestPart(samples, eventStartS, LABEL)]);
  names.push(encodeEmbedding(scored!.embedding!.slice(NAMES_FROM, -scorer.evidenceSize)));
}
await scorer.close();

const content = { verifierSha256: verifier.sha256, namesFrom: NAMES_FROM, names };
await writeFile(FILE, `${JSON.stringify(content, null, 2)}\n`);
process.stdout.write(`${FILE}: ${names.length} sounds\n`);
