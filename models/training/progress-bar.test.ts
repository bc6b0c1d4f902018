import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { duration, ProgressBar } from './progress-bar.ts';

const written = (isTTY: boolean) => {
  const out = Object.assign(new PassThrough(), { isTTY });
  const lines: string[] = [];
  out.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  return { out, lines };
};

describe('the progress bar', () => {
  it('shows the progress, the time left and the latest text', () => {
    let nowMs = 0;
    const { out, lines } = written(true);
    const bar = new ProgressBar('device network', out, () => nowMs);
    bar.show(1, 100, 'loss 0.5');
    nowMs = 50_000;
    bar.show(50, 100, 'loss 0.2');
    expect(lines.at(-1)).toContain('[############............] 50/100 ETA 50 s  loss 0.2');
  });

  it('estimates the time left without the work that an earlier run did', () => {
    let nowMs = 0;
    const { out, lines } = written(true);
    const bar = new ProgressBar('device network', out, () => nowMs);
    bar.show(901, 1000);
    nowMs = 10_000;
    bar.show(910, 1000);
    expect(lines.at(-1)).toContain('ETA 90 s');
  });

  it('writes only a few lines into a log file, not one for each step', () => {
    let nowMs = 0;
    const { out, lines } = written(false);
    const bar = new ProgressBar('scenes', out, () => nowMs);
    for (let done = 1; done <= 100; done++) {
      nowMs += 1_000;
      bar.show(done, 100);
    }
    expect(lines.length).toBeLessThan(6);
    expect(lines.at(-1)).toContain('100/100 took 2 min');
  });

  it.each([
    [4_000, '4 s'],
    [600_000, '10 min'],
    [3 * 3_600_000, '3 h 0 min'],
  ])('shows a duration of %d ms as "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
