import { describe, expect, test } from '@jest/globals';
import type { Evidence, Incident } from '@earshot/shared/contracts/home.ts';
import { bestFirst, soundsStill } from './incident.ts';

const heard = (candidateId: string, given: Pick<Evidence, 'verdict' | 'verifierScore' | 'deviceScore'>): Evidence =>
  ({ candidateId, ...given }) as Evidence;

test('candidates are sorted by how convincing they are: verified first, then unverified, then rejected', () => {
  const oneBeep = heard('one beep', { verdict: 'confirmed', verifierScore: 0.44, deviceScore: 0.91 });
  const threeGroups = heard('three groups', { verdict: 'confirmed', verifierScore: 0.92, deviceScore: 0.99 });
  const onItsWay = heard('on its way', { verdict: 'pending', verifierScore: null, deviceScore: 0.99 });
  const echo = heard('echo', { verdict: 'rejected', verifierScore: 0.07, deviceScore: 0.98 });
  const shown = bestFirst([oneBeep, echo, threeGroups, onItsWay]);
  expect(shown.map(({ candidateId }) => candidateId)).toEqual(['three groups', 'one beep', 'on its way', 'echo']);
});

describe('a sound', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 30, 9, 15, seconds)).toISOString();
  const sound = (lastsS: number, given: Partial<Incident> = {}): Incident =>
    ({
      class: 'security',
      state: 'open',
      startedAt: at(0),
      lastHeardAt: at(lastsS),
      evidence: [heard('one', { verdict: 'confirmed', verifierScore: 0.9, deviceScore: 0.9 })],
      ...given,
    }) as Incident;
  const isHeardAt = (seconds: number, incident: Incident) => soundsStill(incident, Date.parse(at(seconds)));

  test('of two seconds is not shown as still sounding', () => {
    expect(isHeardAt(3, sound(2))).toBe(false);
  });

  test('sounds while its device reports every 10 s that it continues, also if one report is lost', () => {
    expect(isHeardAt(50, sound(30))).toBe(true);
    expect(isHeardAt(56, sound(30))).toBe(false);
  });

  test('of a smoke alarm sounds until the cloud has cleared it', () => {
    expect(isHeardAt(300, sound(2, { class: 'safety' }))).toBe(true);
    expect(isHeardAt(300, sound(2, { class: 'safety', state: 'cleared' }))).toBe(false);
  });
});
