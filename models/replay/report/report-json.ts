import type { LabelMap } from '../../corpus/label-map.ts';
import type { LabelRule } from '../../corpus/label-rule.ts';
import { problemText, type Problem } from '../../corpus/problem.ts';
import { houseDayFigures, type HouseDayFigures } from '../metrics/house-days.ts';
import { score, type Scores } from '../metrics/score.ts';
import type { StageResults } from '../metrics/stage-figures.ts';
import { stageResults } from '../metrics/stage-figures.ts';
import type { Stage } from '../metrics/product.ts';
import type { PeerResults } from '../peers/measure-peers.ts';
import type { PlayedSession } from '../play/played.ts';
import type { RunSpeed } from '../play/run-speed.ts';
import type { Comparison } from './comparison.ts';
import { estimatedOf, referenceOf, type Annotations } from './annotations.ts';

/** What was played and how: everything on which the results depend. */
export interface RunDescription {
  release: { version: string; manifestSha256: string };
  labels: readonly string[];
  stages: readonly Stage[];
  seed: number;
  level: string;
  mode: string;
  corpus: string;
  split: string | null;
}

export interface Run {
  description: RunDescription;
  sessions: readonly PlayedSession[];
  problems: readonly Problem[];
  map: LabelMap;
}

/** All figures of a run. They are computed only once. */
export interface Findings {
  run: Run;
  reference: Annotations;
  stages: { stage: Stage; results: StageResults; estimated: Annotations; scores: Scores }[];
  problems: Problem[];
  /** The figures of house days; null when none were played. */
  houseDays: HouseDayFigures | null;
  corpusLabels: Map<string, LabelRule>;
  hours: number;
  files: number;
}

/** All results. The page, the JSON and the TSVs are written from them. */
export interface Results extends Findings {
  peers: PeerResults[];
  /** The comparison with another release; absent when there was none. */
  comparison: Comparison | null;
  speed: RunSpeed;
}

export function findingsOf(run: Run): Findings {
  const { labels, stages } = run.description;
  const reference = referenceOf(labels, run.sessions, run.map);
  const parts = run.sessions.flatMap((session) => session.parts);
  return {
    run,
    reference,
    stages: stages.map((stage) => {
      const estimated = estimatedOf(labels, run.sessions, run.map, stage);
      return {
        stage,
        results: stageResults(labels, run.sessions, run.map, stage),
        estimated,
        scores: score(reference, estimated),
      };
    }),
    problems: [...run.problems, ...run.sessions.flatMap((session) => session.problems)],
    houseDays: houseDayFigures(labels, run.sessions, run.map, stages),
    corpusLabels: new Map(
      [...new Set(parts.flatMap((part) => part.annotations.map(({ label }) => label)))]
        .sort()
        .map((label) => [label, run.map.rule(label)]),
    ),
    hours: parts.reduce((sum, part) => sum + part.durationS, 0) / 3_600,
    files: parts.length,
  };
}

/** Returns the contents of report.json, as plain values in a fixed order. */
export function toReport(results: Results): Record<string, unknown> {
  const { description } = results.run;
  return {
    schema: 1,
    release: description.release.version,
    manifestSha256: description.release.manifestSha256,
    seed: description.seed,
    level: description.level,
    mode: description.mode,
    map: Object.fromEntries([...results.corpusLabels].map(([label, rule]) => [label, writtenRule(rule)])),
    unknownLabels: [...results.corpusLabels].filter(([, rule]) => !rule.known).map(([label]) => label),
    corpus: { path: description.corpus, split: description.split, files: results.files, hours: results.hours },
    stages: Object.fromEntries(results.stages.map((stage) => [stage.stage, stageReport(stage)])),
    ...(results.houseDays ? { houseDays: results.houseDays } : {}),
    peers: Object.fromEntries(results.peers.map(({ name, about, labels }) => [name, { about, labels }])),
    ...(results.comparison ? { against: results.comparison } : {}),
    problems: results.problems.map(problemText),
    speed: results.speed,
  };
}

function stageReport({ results, scores }: Results['stages'][number]): Record<string, unknown> {
  const { labels, area, crossTrigger, slices, sweeps } = results;
  return { labels, area, crossTrigger, event: scores.event, segment: scores.segment, slices, sweeps };
}

function writtenRule(rule: LabelRule): unknown {
  if (rule.ignore.length === 0) return rule.positive ?? 'confuser';
  return { ...(rule.positive === undefined ? {} : { positive: rule.positive }), ignore: rule.ignore };
}

/**
 * A NaN (no reference, or no estimate) is written as null. Figures are rounded to nine digits, so that machines that
 * differ in the last bit give the same report.
 */
export const writeJson = (report: unknown): string =>
  `${JSON.stringify(report, (_key, value: unknown) => (typeof value === 'number' ? (Number.isFinite(value) ? Number(value.toPrecision(9)) : null) : value), 1)}\n`;
