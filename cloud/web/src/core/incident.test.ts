import { expect, test } from '@jest/globals';
import type { Evidence } from '@earshot/shared/contracts/home.ts';
import { bestFirst } from './incident.ts';

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
