import { keepDropIn, listDropIns, startDropIn, stopDropIn } from '../drop-in/drop-ins.ts';
import { segmentsOf } from '../drop-in/segments.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';

type Names = 'startDropIn' | 'listDropIns' | 'getSegments' | 'keepDropIn' | 'stopDropIn';

export function dropInHandlers({ parts }: ApiOptions): Pick<Handlers, Names> {
  return {
    startDropIn: ({ caller, params }) => startDropIn(parts, caller, params.id),
    listDropIns: async ({ caller }) => ({ items: await listDropIns(parts.database.queries, caller.homeId) }),
    getSegments: ({ caller, params, query }) => segmentsOf(parts, caller, params.id, query.after),
    keepDropIn: ({ caller, params }) => keepDropIn(parts, caller, params.id),
    stopDropIn: ({ caller, params }) => stopDropIn(parts, caller, params.id),
  };
}
