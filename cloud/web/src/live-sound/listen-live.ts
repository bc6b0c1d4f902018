import type { DropIn, DropInSegments } from '@earshot/shared/contracts/drop-in.ts';
import { readWav } from '../clip/wav.ts';
import { ApiError, call } from '../core/api.ts';
import { SegmentPlayer } from './segment-player.ts';

const ASK_MS = 400;
const METER_MS = 100;
/** If no sound arrives within this time, the app says that the device may have lost its connection. */
const SOUND_WITHIN_MS = 8_000;

export interface LiveState {
  dropInId: string | null;
  phase: 'connecting' | 'playing' | 'waiting';
  secondsLeft: number;
  /** The names of all members who listen to the device now. */
  by: readonly string[];
  levelDbfs: number | null;
}

const CONNECTING: LiveState = {
  dropInId: null,
  phase: 'connecting',
  secondsLeft: 60,
  by: [],
  levelDbfs: null,
};

/**
 * Plays the device's live sound until the session ends or the signal aborts. Throws the cloud's error when it
 * refuses.
 */
export async function listenLive(
  deviceId: string,
  context: AudioContext,
  onChange: (state: LiveState) => void,
  signal: AbortSignal,
): Promise<void> {
  let state = CONNECTING;
  const change = (patch: Partial<LiveState>) => {
    state = { ...state, ...patch };
    if (!signal.aborted) onChange(state);
  };
  const player = new SegmentPlayer(context);
  const meter = setInterval(() => change({ levelDbfs: player.levelDbfs }), METER_MS);
  try {
    const { id } = await call<DropIn>('POST', `/v1/devices/${deviceId}/drop-in`, undefined, signal);
    change({ dropInId: id });
    let heardAtMs = Date.now();
    let after = '';
    while (!signal.aborted && state.secondsLeft > 0) {
      const answer = await ask(id, after, signal);
      if (answer) {
        const { items, secondsLeft, by } = answer;
        for (const segment of await Promise.all(items.map(({ url }) => fetchSegment(url, signal))))
          if (segment) player.add(readWav(segment));
        after = items.at(-1)?.id ?? after;
        if (items.length > 0) heardAtMs = Date.now();
        change({ secondsLeft, by });
      }
      const isSilent = Date.now() - heardAtMs > SOUND_WITHIN_MS;
      change({ phase: isSilent ? 'waiting' : after ? 'playing' : 'connecting' });
      await sleep(ASK_MS, signal);
    }
  } finally {
    clearInterval(meter);
    void context.close();
    // If this request fails, the session ends by itself within a minute.
    if (signal.aborted && state.dropInId) void call('DELETE', `/v1/drop-ins/${state.dropInId}`).catch(() => undefined);
  }
}

/**
 * Asks the cloud for new segments of sound. Returns null if the cloud could not be reached; the next request may
 * succeed.
 */
async function ask(id: string, after: string, signal: AbortSignal): Promise<DropInSegments | null> {
  try {
    return await call<DropInSegments>(
      'GET',
      `/v1/drop-ins/${id}/segments${after && `?after=${after}`}`,
      undefined,
      signal,
    );
  } catch (error) {
    if (error instanceof ApiError && error.code === 'UNREACHABLE') return null;
    throw error;
  }
}

/** Loads one second of sound. Returns null if that failed; the playback continues with the next second. */
async function fetchSegment(url: string, signal: AbortSignal): Promise<ArrayBuffer | null> {
  try {
    const answer = await fetch(url, { credentials: 'same-origin', referrerPolicy: 'no-referrer', signal });
    return answer.ok ? await answer.arrayBuffer() : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
