/** Tests the decisions of the committed release's device stage on single sounds in a quiet room. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { coAlarm, smokeAlarm } from '../synthesis/alarm.ts';
import { nearMiss } from '../synthesis/near-miss.ts';
import { Random } from '../synthesis/random.ts';
import { addAt, decibel, SAMPLE_RATE, samplesOf, type Synthesised } from '../synthesis/sound.ts';

const BEFORE_S = 1;
const AFTER_S = 10;
let network: Network;
beforeAll(async () => {
  network = await Network.load(await loadRelease(join(import.meta.dirname, '..', 'release')));
});
afterAll(() => network.close());

interface Report {
  label: string;
  afterS: number;
}

/** Returns the smoke and CO candidates, with times from the start of the sound. */
async function reportsOf(random: Random, { samples }: Pick<Synthesised, 'samples'>): Promise<Report[]> {
  const room = new Float32Array(samples.length + samplesOf(BEFORE_S + AFTER_S));
  for (let i = 0; i < room.length; i++) room[i] = 1e-4 * (2 * random.next() - 1);
  const loudest = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  addAt(room, samples, samplesOf(BEFORE_S), decibel(random.uniform(-30, -12)) / loudest);
  const detector = new Detector(network, { settings: listenToAll(network.labels, 'medium') });
  return [...(await detector.push(room)), ...(await detector.finish())]
    .filter((heard): heard is CandidateDetection => heard.type === 'candidate')
    .filter(({ label }) => label === 'smoke_alarm' || label === 'co_alarm')
    .map(({ label, detectedSample }) => ({ label, afterS: detectedSample / SAMPLE_RATE - BEFORE_S }));
}

const TRIES = 8;
const tries = (what: string): Random[] => Array.from({ length: TRIES }, (_, n) => new Random(`${what}/${n}`));

describe('the released device stage', () => {
  test.each(['microwave', 'appliance', 'doorbell', 'ring_tone', 'monitor', 'alarm_clock'])(
    'the released device stage reports at most one of eight %s sounds of up to seven seconds as smoke or CO',
    async (kind) => {
      let reported = 0;
      for (const random of tries(kind))
        reported += Number((await reportsOf(random, nearMiss(random, kind, 7))).length > 0);
      expect(reported).toBeLessThanOrEqual(1);
    },
  );

  test.each([
    ['T3', 'smoke_alarm', { pattern: 't3', muted: false, voice: false, units: 1 }, 6.5],
    ['T4', 'co_alarm', { pattern: 't4', muted: false, voice: false, units: 1, late: false }, 6.5],
  ] as const)(
    'the released device stage reports a %s alarm with the label %s within five seconds after its second group',
    async (_, label, options, secondS) => {
      const make = label === 'co_alarm' ? coAlarm : smokeAlarm;
      let inTime = 0;
      for (const random of tries(label)) {
        const [first] = await reportsOf(random, make(random, { ...options, timingErrorPercent: 0, durationS: 20 }));
        if (first?.label === label && first.afterS <= secondS + 5) inTime++;
      }
      expect(inTime).toBe(TRIES);
    },
  );

  test('the released device stage reports each group of a CO alarm that sounds one group a minute', async () => {
    for (const random of tries('late T4')) {
      const alarm = coAlarm(random, { late: true, band: '3.1k', muted: false, voice: false, units: 1, durationS: 3 });
      expect((await reportsOf(random, alarm)).map(({ label }) => label)).toEqual(['co_alarm']);
    }
  });

  test.each(['steady', 'fast'] as const)(
    'the released device stage reports %s beeps that go on for 20 s as a smoke alarm',
    async (pattern) => {
      let found = 0;
      for (const random of tries(pattern)) {
        const [first] = await reportsOf(random, smokeAlarm(random, { pattern, band: '3.1k', units: 1, durationS: 20 }));
        if (first?.label === 'smoke_alarm') found++;
      }
      expect(found).toBeGreaterThanOrEqual(TRIES - 1);
    },
  );

  describe('during the endless trill of a cricket, the released device stage', () => {
    const TRILL_S = 240;
    const trills = tries('trill').map((random) => ({ random, samples: trill(random, TRILL_S) }));

    test('reports the cricket at most seven times in four minutes', async () => {
      const counts: number[] = [];
      for (const { random, samples } of trills) counts.push((await reportsOf(random, { samples })).length);
      expect(Math.max(...counts)).toBeLessThanOrEqual(7);
      // Make sure that the device takes at least one of the crickets for an alarm; otherwise the test proves nothing.
      expect(Math.max(...counts)).toBeGreaterThanOrEqual(3);
    });

    test.each([
      ['t3', 0],
      ['steady', 12],
      ['fast', 12],
      ['sweep', 12],
    ] as const)(
      'reports seven of eight %s alarms (%d dB louder than the cricket) while they sound, and six of these within twelve seconds',
      async (pattern, louderDb) => {
        const beginsS = 200;
        const reportedAfterS: number[] = [];
        for (const { random, samples } of trills) {
          const both = samples.slice();
          const alarm = smokeAlarm(random, {
            pattern,
            muted: false,
            voice: false,
            units: 1,
            band: '3.1k',
            durationS: 30,
          });
          addAt(both, alarm.samples, samplesOf(beginsS), decibel(louderDb));
          const reports = await reportsOf(random, { samples: both });
          const first = reports.find(({ label, afterS }) => label === 'smoke_alarm' && afterS > beginsS);
          reportedAfterS.push((first?.afterS ?? Infinity) - beginsS);
        }
        expect(reportedAfterS.filter((s) => s < 30).length).toBeGreaterThanOrEqual(TRIES - 1);
        expect(reportedAfterS.filter((s) => s <= 12).length).toBeGreaterThanOrEqual(TRIES - 2);
      },
    );

    test('reports six of eight alarms that sounded before within twelve seconds when they sound again', async () => {
      // In between, the limit of reports refills.
      const [firstS, againS] = [100, 330];
      let reportedAgain = 0;
      for (const random of tries('trill')) {
        const both = trill(random, againS + 30);
        const unit = { pattern: 'steady', muted: false, voice: false, units: 1, band: '3.1k', durationS: 30 } as const;
        const alarm = smokeAlarm(random, unit).samples;
        addAt(both, alarm.subarray(0, samplesOf(15)), samplesOf(firstS), decibel(12));
        addAt(both, alarm, samplesOf(againS), decibel(12));
        const reports = await reportsOf(random, { samples: both });
        const during = ({ label, afterS }: { label: string; afterS: number }): boolean =>
          label === 'smoke_alarm' && afterS > againS && afterS <= againS + 12;
        if (reports.some(during)) reportedAgain++;
      }
      expect(reportedAgain).toBeGreaterThanOrEqual(TRIES - 2);
    });
  });
});

/** Endless pulses at one pitch, as loud as an alarm of `smokeAlarm`. */
function trill(random: Random, durationS: number): Float32Array {
  const samples = new Float32Array(samplesOf(durationS));
  const hz = random.uniform(2_600, 3_400);
  const pulseS = 1 / random.uniform(30, 55);
  for (let i = 0; i < samples.length; i++) {
    const t = i / SAMPLE_RATE;
    const inPulse = (t % pulseS) / pulseS / 0.6;
    if (inPulse < 1) samples[i] = 0.5 * Math.sin(Math.PI * inPulse) * Math.sin(2 * Math.PI * hz * t);
  }
  return samples;
}
