import type { TaughtExample, TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { call } from './api.ts';

/**
 * The icons of taught sounds. The list is repeated here, because importing the contract would add its validator to the
 * app.
 */
export const ICONS = [
  'bell',
  'phone',
  'door',
  'dog',
  'baby',
  'box',
  'clock',
  'ear',
] as const satisfies TaughtSound['icon'][];
export const EXAMPLES_NEEDED = 5;
export const EXAMPLE_S = 6;

export const loadTaughtSounds = (signal: AbortSignal) =>
  call<{ items: TaughtSound[] }>('GET', '/v1/taught-sounds', undefined, signal);

export const foundIn = ({ examples }: TaughtSound): TaughtExample[] =>
  examples.filter(({ state }) => state === 'found');

/** Whether the state of the sound will change without an action of the person, so that the page must poll. */
export const isBusy = ({ state, examples }: TaughtSound): boolean =>
  state === 'learning' || examples.some((example) => example.state === 'waiting' || example.state === 'recording');
