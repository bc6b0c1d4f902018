import { expect, test } from '@jest/globals';
import { BUILT_IN_MAP } from '../../corpus/label-map.ts';
import type { PlayedAlert, PlayedSession } from '../play/played.ts';
import { houseDayFigures } from './house-days.ts';

const report = (label: string, detectedS: number, confirmed: boolean): PlayedAlert => ({
  label,
  detectedS,
  startS: detectedS,
  endS: detectedS + 20,
  score: 0.9,
  level: 'medium',
  event: detectedS,
  again: false,
  why: { text: '', cadence: {} as never, scores: {}, levelDbfs: -30, reasons: [], evidence: {} },
  verifier: { confirmed, score: confirmed ? 0.9 : 0.1 },
});

const day = (...alerts: PlayedAlert[]): PlayedSession => ({
  session: 0,
  parts: [
    {
      file: 'house-day',
      startS: 0,
      durationS: 86_400,
      annotations: [],
      leftOut: [],
      slices: { home: 'a' },
      doubted: [],
      modes: [{ mode: 'home', fromS: 0, toS: 86_400 }],
    },
  ],
  alerts,
  evidence: { labels: [], seconds: [] },
  problems: [],
  cpuMs: 0,
  decodeMs: 0,
  decodedS: 0,
  verifyMs: 0,
});

test('false alerts are counted as phones ring: a rejected report of the sound keeps its alert open', () => {
  const played = day(
    report('smoke_alarm', 0, true),
    report('smoke_alarm', 70, false),
    report('smoke_alarm', 150, true),
  );
  const stages = houseDayFigures(['smoke_alarm'], [played], BUILT_IN_MAP, ['device', 'both'])?.stages;
  expect(stages?.both?.everythingOn).toMatchObject({ all: { count: 1 }, reports: { count: 2 } });
  expect(stages?.device?.everythingOn).toMatchObject({ all: { count: 3 }, reports: { count: 3 } });
});
