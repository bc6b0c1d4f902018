import type { Activity } from '../activity.ts';
import { HOUSEHOLD } from './household.ts';
import { KITCHEN } from './kitchen.ts';
import { MEDIA } from './media.ts';
import { OUTSIDE } from './outside.ts';
import { PEOPLE } from './people.ts';

export const ACTIVITIES: readonly Activity[] = [...KITCHEN, ...PEOPLE, ...HOUSEHOLD, ...MEDIA, ...OUTSIDE];
