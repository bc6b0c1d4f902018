import type { JoinBuilder } from 'kysely';
import type { Schema } from '../store/schema.ts';

type Tables = Schema & { same: Schema['incidents'] };

/** Joins the incidents of the same sound as `same`, the incident itself included: same home and label, and both real or both tests. */
export const ofSameSound = (join: JoinBuilder<Tables, 'incidents' | 'same'>) =>
  join
    .onRef('same.homeId', '=', 'incidents.homeId')
    .onRef('same.label', '=', 'incidents.label')
    .onRef('same.test', '=', 'incidents.test');
