import { describe, expect, test } from '@jest/globals';
import { EVIDENCE_SIZE, REPEATED_AT } from '@earshot/shared/features/verifier-evidence.ts';
import { Random } from '../../synthesis/random.ts';
import { NO, NOT_ASKED, YES } from '../data/targets.ts';
import { VERIFIER_LABELS } from './example.ts';
import {
  anyCandidate,
  askedOf,
  candidatesReportedAs,
  candidatesWithoutRhythm,
  playedOrAtHome,
  reportedLabels,
} from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';

/** A shard with one candidate for each given pair of reported label and right answer. */
function shardOf(...asked: [label: string, answer: number][]): ExampleShard {
  const targets = new Uint8Array(asked.length * VERIFIER_LABELS.length).fill(NOT_ASKED);
  const evidence = new Float32Array(asked.length * EVIDENCE_SIZE);
  asked.forEach(([label, answer], at) => {
    const column = VERIFIER_LABELS.indexOf(label);
    targets[at * VERIFIER_LABELS.length + column] = answer;
    evidence[at * EVIDENCE_SIZE + column] = 1;
  });
  const shape = { scenes: asked.length, frames: 1, bands: 1, steps: 1, labels: VERIFIER_LABELS };
  return { ...shape, mels: new Int16Array(asked.length), targets, evidence };
}

const dogs = Array.from({ length: 900 }, (): [string, number] => ['dog_bark', NO]);
const shard = shardOf(
  ...dogs,
  ['smoke_alarm', YES],
  ['smoke_alarm', NO],
  ['glass_break', YES],
  ['co_alarm', NOT_ASKED],
);

describe('choosing candidates at random', () => {
  test('a label that the device did not report is not chosen', () => {
    const two = shardOf(['smoke_alarm', YES], ['baby_cry', YES]);
    two.evidence.fill(0, EVIDENCE_SIZE);
    expect(askedOf(two, 1)).toEqual({ label: -1, answer: NOT_ASKED });
  });

  test('smoke alarms are chosen more often than dogs, even when there are nine hundred times as many dogs', () => {
    const draw = anyCandidate([shard]);
    const random = new Random('draw');
    const count = new Map<string, number>();
    for (let i = 0; i < 2_000; i++) {
      const { at } = draw(random);
      const { label, answer } = askedOf(shard, at);
      const kind = `${VERIFIER_LABELS[label]} ${answer === YES}`;
      count.set(kind, (count.get(kind) ?? 0) + 1);
    }
    const [right, wrong, dog] = ['smoke_alarm true', 'smoke_alarm false', 'dog_bark false'].map(
      (of) => count.get(of) ?? 0,
    );
    expect(right! + wrong!).toBeGreaterThan(3 * dog!);
    expect(Math.abs(right! - wrong!)).toBeLessThan(0.2 * (right! + wrong!));
    expect(count.has('co_alarm false')).toBe(false);
  });
});

test('for one label only its candidates without a repeated rhythm are used, each with its own sound, evidence and answer', () => {
  const all = shardOf(...dogs, ['smoke_alarm', YES], ['smoke_alarm', YES], ['smoke_alarm', NO], ['glass_break', YES]);
  all.mels.forEach((_, at) => (all.mels[at] = at));
  const inRhythm = 900;
  all.evidence[inRhythm * EVIDENCE_SIZE + REPEATED_AT] = 1;
  const [one, ...others] = candidatesWithoutRhythm([shardOf(...dogs), all], 'smoke_alarm');
  expect(others).toEqual([]);
  expect([...one!.mels]).toEqual([901, 902]);
  expect([askedOf(one!, 0).answer, askedOf(one!, 1).answer]).toEqual([YES, NO]);
  expect(one!.evidence.length).toBe(2 * EVIDENCE_SIZE);
});

test('the candidates of a label include those with a repeated rhythm, but none that nobody was asked about', () => {
  const mixed = shardOf(['co_alarm', NO], ['smoke_alarm', YES], ['co_alarm', YES], ['co_alarm', NOT_ASKED]);
  mixed.evidence[2 * EVIDENCE_SIZE + REPEATED_AT] = 1;
  const found = candidatesReportedAs([mixed, shardOf(['dog_bark', YES])], 'co_alarm');
  expect(found.map((part) => Array.from({ length: part.scenes }, (_, at) => askedOf(part, at).answer))).toEqual([
    [NO, YES],
  ]);
});

test('labels without candidates get no training; one that was asked for is an error', () => {
  expect(reportedLabels([shard], ['smoke_alarm', 'co_alarm', 'glass_break'])).toEqual(['smoke_alarm', 'glass_break']);
  expect(reportedLabels([shard], ['smoke_alarm'], ['glass_break'])).toEqual(['glass_break']);
  expect(() => reportedLabels([shard], [], ['co_alarm'])).toThrow(
    'no candidate of co_alarm without a repeated rhythm. Make',
  );
});

describe('candidates of played sounds and of days in homes', () => {
  const played = shardOf(['smoke_alarm', YES], ['smoke_alarm', NO]);
  const cricket = shardOf(...Array.from({ length: 100 }, (): [string, number] => ['smoke_alarm', NO]));
  const whistle = shardOf(['smoke_alarm', NO]);
  const drawnOf = (homes: ExampleShard[]) => {
    const draw = playedOrAtHome([played], homes);
    const random = new Random('homes');
    return Array.from({ length: 5_000 }, () => draw(random).shard);
  };
  const share = (of: ExampleShard[], wanted: ExampleShard) => of.filter((one) => one === wanted).length / of.length;

  test('more than half are of homes, and a day with one candidate is chosen as often as one with a hundred', () => {
    const days = Array.from({ length: 20 }, () => [cricket, whistle]).flat();
    const drawn = drawnOf(days);
    expect(Math.abs(share(drawn, played) - 0.45)).toBeLessThan(0.03);
    expect(Math.abs(share(drawn, cricket) - share(drawn, whistle))).toBeLessThan(0.03);
  });

  test('few days have a small share, and without a day all are of played sounds', () => {
    expect(share(drawnOf([cricket, whistle]), played)).toBeGreaterThan(0.94);
    expect(share(drawnOf([]), played)).toBe(1);
  });
});
