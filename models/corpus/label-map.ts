import { readFile } from 'node:fs/promises';
import { EarshotError, asEarshotError } from '@earshot/shared/errors.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { AUDIOSET_RULES } from './label-maps/audioset.ts';
import { CORPUS_RULES } from './label-maps/corpus.ts';
import { ESC50_RULES } from './label-maps/esc50.ts';
import type { LabelRule, WrittenRule, WrittenRules } from './label-rule.ts';

const CONFUSER: LabelRule = { ignore: [], known: false };

export class LabelMap {
  /** How each label was used; the report lists it. */
  readonly rules: ReadonlyMap<string, LabelRule>;

  constructor(written: WrittenRules) {
    this.rules = new Map(Object.entries(written).map(([label, rule]) => [keyOf(label), readRule(rule)]));
  }

  rule(corpusLabel: string): LabelRule {
    return this.rules.get(keyOf(corpusLabel)) ?? CONFUSER;
  }
}

/**
 * Removes case and separators, because "Smoke detector, smoke alarm" and "smoke_detector smoke-alarm" are the same
 * label in different corpora.
 */
const keyOf = (label: string): string =>
  label
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s_\-,;]+/g, '_');

function readRule(rule: WrittenRule): LabelRule {
  if (rule === null) return { ignore: [], known: true };
  if (typeof rule === 'string') return { positive: rule, ignore: [], known: true };
  return { ...(rule.positive === undefined ? {} : { positive: rule.positive }), ignore: rule.ignore, known: true };
}

/**
 * The built-in maps: Earshot's own names, this project's corpus, ESC-50 and AudioSet. If several maps contain a label,
 * the first of these is used.
 */
const OWN_NAMES: WrittenRules = Object.fromEntries(KNOWN_LABELS.map((label) => [label, label]));
export const BUILT_IN_MAP = new LabelMap({ ...AUDIOSET_RULES, ...ESC50_RULES, ...CORPUS_RULES, ...OWN_NAMES });

export const mapLabel = (corpusLabel: string): LabelRule => BUILT_IN_MAP.rule(corpusLabel);

/**
 * Reads the file of `--map FILE`: `{ "their label": "smoke_alarm" | { "ignore": ["co_alarm"] | "*" } }`. Labels that
 * the file does not list are confusers.
 */
export async function readLabelMap(path: string): Promise<LabelMap> {
  let written: unknown;
  try {
    written = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EarshotError('FILE_MISSING', path, { cause: error });
    throw asEarshotError(error, 'CORPUS_LABELS', `The label map ${path} is not readable JSON`);
  }
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    throw new EarshotError('CORPUS_LABELS', `The label map ${path} must be a JSON object with labels as keys.`);
  for (const [label, rule] of Object.entries(written)) checkRule(path, label, rule);
  return new LabelMap(written as WrittenRules);
}

const OUR_LABEL = /^[a-z][a-z0-9_]{1,39}$/;
const isOurs = (value: unknown): boolean => typeof value === 'string' && OUR_LABEL.test(value);

function checkRule(path: string, label: string, rule: unknown): void {
  if (rule === null || isOurs(rule)) return;
  const { ignore, positive, ...others } = typeof rule === 'object' ? (rule as Record<string, unknown>) : {};
  const ignoreFits = ignore === '*' || (Array.isArray(ignore) && ignore.every(isOurs));
  if (ignoreFits && (positive === undefined || isOurs(positive)) && Object.keys(others).length === 0) return;
  throw new EarshotError(
    'CORPUS_LABELS',
    `The label map ${path} says ${JSON.stringify(rule)} for ${JSON.stringify(label)}; use a label of Earshot such as "smoke_alarm", or {"ignore": [labels]} or {"ignore": "*"}.`,
  );
}
