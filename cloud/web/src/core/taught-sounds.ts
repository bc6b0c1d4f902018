import type { TaughtExample, TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { call } from './api.ts';

/**
 * The icons for taught sounds: a copy of the list in the API contract, because an import of the contract would add its
 * validator to the built app.
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

/** Whether the state of the sound will change without an action of the person. If so, the page polls the state. */
export const isBusy = ({ state, examples }: TaughtSound): boolean =>
  state === 'learning' || examples.some((example) => example.state === 'waiting' || example.state === 'recording');
