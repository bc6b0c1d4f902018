import { describe, expect, test } from '@jest/globals';
import { gateText } from './check.ts';
import { checkPolicy } from './gate.ts';
import { Policy, readPolicy } from './gate-policy.ts';
import { readReport, type ReportFile } from './report-file.ts';

const slice = {
  by: 'room',
  value: 'kitchen',
  positives: 10,
  hits: 5,
  recall: 0.5,
  recallLow: 0.24,
  recallHigh: 0.76,
  falseAlarms: 0,
  negativeHours: 1,
  falsePerHour: 0,
  falsePerHourLow: 0,
  falsePerHourHigh: 3.7,
};
const report: ReportFile = {
  release: '2026-01-01.1',
  stages: {
    device: {
      labels: {
        smoke_alarm: {
          positives: 20,
          hits: 18,
          negativeHours: 2,
          falseAlarms: 4,
          falsePerHour: 2,
          recall: 0.9,
          latencyS: { median: 1, p95: 3, worst: 4 },
        },
        co_alarm: {
          positives: 0,
          hits: 0,
          negativeHours: 2,
          falseAlarms: 0,
          falsePerHour: 0,
          recall: null,
          latencyS: null,
        },
      },
      crossTrigger: { smoke_alarm: { smoke_alarm: 0.9, co_alarm: 0.1 } },
      slices: { smoke_alarm: [slice, { ...slice, value: 'attic', positives: 2, recall: 0 }] },
    },
  },
  problems: [],
  speed: { realTimeFactorPerCore: 700, peakRssMb: 200 },
};

const failures = (policy: unknown) =>
  checkPolicy(Policy.parse({ about: 'test', ...(policy as object) }), report).filter(
    ({ outcome }) => outcome === 'failed',
  );
const smoke = (bars: object) => ({ stages: { device: { labels: { smoke_alarm: bars } } } });

describe('the gate', () => {
  test('a policy can limit the number of false alerts, for a corpus that is too short for a rate per hour', () => {
    expect(failures(smoke({ falseAlarms: 4 }))).toEqual([]);
    expect(failures(smoke({ falseAlarms: 3 }))).toMatchObject([{ is: '4', bar: 'at most 3' }]);
  });

  test('a release that meets every requirement passes the gate', () => {
    expect(
      failures({
        ...smoke({ recall: 0.9, falsePerHour: 2, negativeHours: 1, latencyP95S: 5 }),
        speed: { realTimeFactorPerCore: 600 },
      }),
    ).toEqual([]);
  });

  test.each([
    ['recall', { recall: 0.91 }, 'smoke_alarm recall'],
    ['false alerts', { falsePerHour: 1.9 }, 'false alerts per hour'],
    ['latency', { latencyP95S: 2 }, 'latency'],
  ])('the gate stops a release that misses the limit for %s, and its message names this limit', (_, bars, named) => {
    const [failure, ...others] = failures(smoke(bars));
    expect(others).toEqual([]);
    expect(failure?.what).toContain(named);
  });

  test('a slice below the limit stops a release even if the mean passes, unless the slice is too small', () => {
    const found = failures(smoke({ recall: 0.8, worstSlice: { recall: 0.6 } }));
    expect(found.map(({ what }) => what)).toEqual(['device: smoke_alarm in slice room = kitchen: recall']);
  });

  describe('each slice is compared with the other slices of its column', () => {
    const kitchen = {
      ...slice,
      positives: 100,
      hits: 70,
      recall: 0.7,
      falseAlarms: 12,
      negativeHours: 10,
      falsePerHour: 1.2,
    };
    const others = {
      ...slice,
      value: 'hall',
      positives: 100,
      hits: 95,
      recall: 0.95,
      falseAlarms: 4,
      negativeHours: 40,
      falsePerHour: 0.1,
    };
    const failed = (bars: object, ...slices: (typeof slice)[]) => {
      const stage = report.stages['device'];
      if (!stage) throw new Error('no stage');
      const stages = { device: { ...stage, slices: { smoke_alarm: slices } } };
      const policy = Policy.parse({ about: 'test', ...smoke({ worstSlice: bars }) });
      return checkPolicy(policy, { ...report, stages }).filter(({ outcome }) => outcome === 'failed');
    };

    test('a release is stopped when the whole 95 % interval of the difference in recall lies above the limit', () => {
      expect(failed({ recallGap: 0.1 }, kitchen, others)).toEqual([
        {
          what: 'device: smoke_alarm in slice room = kitchen: difference to the recall of the other slices',
          is: '0.25 (95 %: 0.1481 to 0.35)',
          bar: 'at most 0.1 at the lower end of the interval',
          outcome: 'failed',
        },
      ]);
    });

    test('a difference in recall passes when its interval reaches below the limit, because it may be chance', () => {
      expect(failed({ recallGap: 0.2 }, kitchen, others)).toEqual([]);
      expect(failed({ recallGap: 0.1 }, { ...kitchen, positives: 10, hits: 7 }, others)).toEqual([]);
    });

    test('a release is stopped when the whole 95 % interval of the ratio of false alerts lies above the limit', () => {
      expect(failed({ falseRatio: 3 }, kitchen, others).map(({ what }) => what)).toEqual([
        'device: smoke_alarm in slice room = kitchen: false alerts per hour relative to the other slices',
      ]);
      expect(failed({ falseRatio: 3 }, { ...kitchen, falseAlarms: 2 }, others)).toEqual([]);
    });

    test('a slice is not compared with slices of other columns', () => {
      expect(failed({ recallGap: 0.1 }, kitchen, { ...others, by: 'pattern', value: 't3' })).toEqual([]);
    });
  });

  describe('a policy with a list of columns', () => {
    const found = (...bars: object[]) => failures(smoke({ worstSlice: bars })).map(({ what }) => what);

    test('a policy with a list of columns checks no slices of other columns', () => {
      const room = 'device: smoke_alarm in slice room = kitchen: recall';
      expect(found({ columns: ['room'], minPositives: 1, recall: 0.6 })).toContain(room);
      expect(found({ columns: ['pattern'], minPositives: 1, recall: 0.6 })).not.toContain(room);
    });

    test('a policy with a list of columns fails when a column has fewer than two slices that are large enough', () => {
      expect(found({ columns: ['room', 'pattern'], recall: 0.1 })).toEqual([
        'device: smoke_alarm in slices of room',
        'device: smoke_alarm in slices of pattern',
      ]);
      expect(found({ columns: ['room'], recall: 0, minPositives: 2 })).toEqual([]);
    });

    test('a policy can have different limits for each column', () => {
      const hard = { columns: ['room'], minPositives: 1, recall: 0 };
      expect(found(hard, { columns: ['room'], minPositives: 1, falsePerHour: 1 })).toEqual([]);
      expect(found(hard, { ...hard, recall: 0.6 })).toHaveLength(2);
    });
  });

  test('a requirement fails when nothing was measured for it', () => {
    expect(
      failures({
        stages: { device: { labels: { co_alarm: { recall: 0.5 }, glass_break: { falsePerHour: 1 } } }, both: {} },
      }),
    ).toHaveLength(3);
  });

  test('the gate checks the mean recall of all labels and the share of sounds that are reported with another label', () => {
    expect(
      failures({ stages: { device: { mean: { recall: 0.95 }, crossTrigger: { smoke_alarm: { co_alarm: 0.02 } } } } }),
    ).toHaveLength(2);
  });

  test('the gate prints one line for each requirement that fails', () => {
    const checks = checkPolicy(Policy.parse({ about: 'test', ...smoke({ recall: 0.95 }) }), report);
    expect(gateText('2026-01-01.1', checks)).toContain(
      'FAILED  device: smoke_alarm recall: 0.9, must be at least 0.95',
    );
  });
});

test('the error for a missing report or a missing policy names the missing file', async () => {
  await expect(readReport('/no/such/folder')).rejects.toMatchObject({
    code: 'FILE_MISSING',
    detail: '/no/such/folder/report.json does not exist. `npx earshot replay … --out /no/such/folder` writes it.',
  });
  await expect(readPolicy('/no/such/policy.json')).rejects.toMatchObject({
    code: 'FILE_MISSING',
    detail: 'The policy /no/such/policy.json does not exist.',
  });
});
