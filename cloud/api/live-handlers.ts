import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';
import { LiveStreams } from './live-streams.ts';

export function liveHandlers({ parts, stopping }: ApiOptions): Pick<Handlers, 'live'> {
  const streams = new LiveStreams(parts, stopping);
  return {
    live: async ({ caller, query, reply }) => streams.open(caller, reply, query.page),
  };
}
