import type { IgnoredSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import { call } from './api.ts';

export const loadIgnoredSounds = (signal: AbortSignal) =>
  call<{ items: IgnoredSound[] }>('GET', '/v1/ignored-sounds', undefined, signal);
