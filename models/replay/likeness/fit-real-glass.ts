/**
 * Writes cloud/ignored-sounds/real-glass.json: the names that the verifier gives to the loudest part of each real breaking glass of `train`,
 * in the clip that a device sends of it. Sounds that the device does not report are left out.
 * `node models/replay/likeness/fit-real-glass.ts CORPUS [RELEASE]`. Run it for every release with another verifier. Until then the cloud
 * compares whole clips only.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOUDEST_PART_VERSION, loudestPart } from '@earshot/cloud/ignored-sounds/loudest-part.ts';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { loadAudio } from '../../corpus/audio-file.ts';
import { readManifest } from '../../corpus/manifest.ts';
import { NAMES_FROM } from '../../training/verifier/network.ts';
import { CuttingDevice } from './cutting-device.ts';
import { playedAtHome } from './played-again.ts';

const FILE = fileURLToPath(new URL('../../../cloud/ignored-sounds/real-glass.json', import.meta.url));
const LABEL = 'glass_break';

const [corpus = '', releaseDir = 'models/release'] = process.argv.slice(2);
const release = await loadRelease(releaseDir);
const network = await Network.load(release);
const { verifier } = release.manifest;
const scorer = await ClipScorer.load(await release.read(verifier), verifier);
const device = new CuttingDevice(network, verifier.clipS, LABEL);
const { rows } = await readManifest(join(corpus, 'manifest.csv'));

const names: string[] = [];
for (const { file, path } of rows.filter((row) => row.split === 'train' && row.label === LABEL)) {
  const [report] = await device.reportsOf(playedAtHome(await loadAudio(path), file, 0), 'high');
  if (!report) continue;
  const [scored] = await scorer.scoreAndEmbed([loudestPart(report.clip.samples, report.clip.eventStartS, LABEL)]);
  names.push(encodeEmbedding(scored!.embedding!.slice(NAMES_FROM, -scorer.evidenceSize)));
}
await scorer.close();
await network.close();

const content = {
  verifierSha256: verifier.sha256,
  loudestPartVersion: LOUDEST_PART_VERSION,
  namesFrom: NAMES_FROM,
  names,
};
await writeFile(FILE, `${JSON.stringify(content, null, 2)}\n`);
process.stdout.write(`${FILE}: ${names.length} sounds\n`);
