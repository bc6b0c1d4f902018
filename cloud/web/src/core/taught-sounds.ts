import type { TaughtExample, TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { call } from './api.ts';

/** Written out, because importing the contract itself would bring its validator into the app. */
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

/** Whether something will change by itself soon. */
export const isBusy = ({ state, examples }: TaughtSound): boolean =>
  state === 'learning' || examples.some((example) => example.state === 'waiting' || example.state === 'recording');
