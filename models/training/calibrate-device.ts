/** The second stage: thresholds, on sounds that nothing was fitted to. */
import { openSceneMaker } from '../scenes/scene-maker.ts';
import { calibrateHead } from './calibration/calibrate.ts';
import { hearMaterial } from './calibration/material.ts';
import { ScoreReader } from './calibration/score-reader.ts';
import { ProgressBar } from './progress-bar.ts';
import { corpusOf, type RunOptions } from './run-options.ts';
import { WorkFolder } from './work-folder.ts';

export async function calibrateDevice(options: RunOptions): Promise<void> {
  const { recipe, seed, signal } = options;
  const work = new WorkFolder(options.work);
  const { trunk, heads } = await work.deviceGraphs();
  const maker = await openSceneMaker({ ...(await corpusOf(options)), part: 'calibrate', seed, signal });
  const reader = await ScoreReader.open(trunk, heads);
  try {
    const material = await hearMaterial(maker, reader, recipe.calibration, { signal, onProgress: barsByTitle() });
    await work.writeCalibration(heads.map(({ label }) => ({ label, ...calibrateHead(label, material) })));
  } finally {
    await reader.close();
    maker.close();
  }
}

function barsByTitle(): (what: string, done: number, total: number) => void {
  const bars = new Map<string, ProgressBar>();
  return (what, done, total) => {
    const bar = bars.get(what) ?? new ProgressBar(`calibrating: ${what}`);
    bars.set(what, bar);
    bar.show(done, total);
  };
}
