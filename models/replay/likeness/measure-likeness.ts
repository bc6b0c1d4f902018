/**
 * Measures how well an ignored sound is recognised in clips as a device sends them, and how many real sounds it would hide:
 * `node models/replay/likeness/measure-likeness.ts FILE LABEL [RELEASE]`. FILE is the result of `hear-at-home.ts`.
 * A recording that does not alert in its first play in a place is not marked there. Its other plays that alert are the
 * repeats. A play that the device does not report, or that the verifier rejects, alerts neither before nor after the mark, so
 * it is not counted. Plays in which the device measures the rhythm of an alarm are left out: they are never ignored, and in rooms
 * they come from a recording of some seconds that is repeated.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { neededLikeness, type Likeness } from '@earshot/cloud/ignored-sounds/likeness.ts';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import { shareWords } from '@earshot/shared/statistics/share-words.ts';
import { readHeard } from './heard-recording.ts';
import { alertsAt, isIgnored, markedOf, type Alert } from './home-marks.ts';

const THRESHOLDS = [0.98, 0.985, 0.99, 0.992, 0.994, 0.996];

const [file = '', label = 'glass_break', release = 'models/release'] = process.argv.slice(2);
const { verifier } = Manifest.parse(JSON.parse(await readFile(join(release, 'manifest.json'), 'utf8')));
const recordings = await readHeard(file);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const share = (hits: readonly boolean[]): string => shareWords(hits.filter(Boolean).length, hits.length);

function measure(name: string, alerts: readonly Alert[], likeness: Likeness): void {
  const marks = alerts.filter(({ isReal, time }) => !isReal && time === 0);
  const repeats: boolean[] = [];
  const repeated = new Set<string>();
  const pairs: boolean[] = [];
  const lostByAny = new Set<Alert>();
  for (const first of marks) {
    const marked = markedOf(first, likeness);
    for (const alert of alerts) {
      if (alert.place !== first.place) continue;
      const isRepeat = alert.file === first.file && alert !== first;
      if (!alert.isReal && !isRepeat) continue;
      const isHidden = isIgnored(alert, marked, likeness);
      (isRepeat ? repeats : pairs).push(isHidden);
      if (isRepeat) repeated.add(first.file);
      else if (isHidden) lostByAny.add(alert);
    }
  }
  const real = alerts.filter(({ isReal }) => isReal);
  say(
    [
      name,
      `${marks.length} marks, ${repeated.size} recordings alert again`,
      `repeats ignored ${share(repeats)}`,
      `pairs in which a real sound is ignored ${share(pairs)}`,
      `real sounds ignored after all marks of their place ${share(real.map((one) => lostByAny.has(one)))}`,
    ].join(' | '),
  );
}

function describe(level: Level, all: readonly Alert[], alerts: readonly Alert[]): void {
  const reportedAt = ({ plays }: (typeof recordings)[number]): boolean => plays.some((play) => play.level === level);
  const reported = recordings.filter((one) => !one.isReal && reportedAt(one)).length;
  const after = alerts.flatMap(({ afterS }) => afterS).toSorted((a, b) => a - b);
  const at = (part: number): string => (after[Math.floor(part * after.length)] ?? NaN).toFixed(2);
  say(
    `${level}: the device reports ${reported} of the confusers; the clips of all alerts end ${at(0.05)} to ${at(0.95)} s (median ${at(0.5)} s) after the start of the sound; ${all.length - alerts.length} of ${all.length} alerts are left out because of the rhythm of an alarm`,
  );
}

const confusers = recordings.filter(({ isReal }) => !isReal).length;
say(`${file}: ${label}, verifier ${verifier.sha256.slice(0, 8)}, ${confusers} confusers`);
const inUse = neededLikeness(label, verifier);
for (const level of ['high', 'medium'] satisfies Level[]) {
  const all = alertsAt(recordings, level, verifier.levels[label]?.[level]?.threshold ?? 1);
  const alerts = all.filter(({ confirmed }) => !confirmed.some(({ hasStandardRhythm }) => hasStandardRhythm));
  describe(level, all, alerts);
  for (const [name, isHere] of [
    ['made noise', (place: number) => place === 0],
    ['rooms', (place: number) => place > 0],
  ] as const) {
    const here = alerts.filter(({ place }) => isHere(place));
    for (const above of THRESHOLDS) measure(`${name}, ${level}, cosine ${above}`, here, { above, withLoudest: null });
    measure(`${name}, ${level}, the rule in use`, here, inUse);
  }
}
