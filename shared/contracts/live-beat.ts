/**
 * The cloud sends a beat on every live stream this often, because proxies close connections that are silent for a
 * minute. The app notices by the same number that a connection is dead. This file imports nothing, so that the app's
 * bundle does not contain the contracts.
 */
export const LIVE_BEAT_MS = 15_000;
