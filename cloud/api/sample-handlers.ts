import {
  announceSample,
  deleteSample,
  judgeSample,
  listSamples,
  sampleLink,
  sampleStored,
} from '../samples/samples.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';

type Names = 'announceSample' | 'sampleStored' | 'listSamples' | 'getSample' | 'judgeSample' | 'deleteSample';

export function sampleHandlers({ parts }: ApiOptions): Pick<Handlers, Names> {
  return {
    announceSample: ({ caller, params, body }) => announceSample(parts, caller, params.id, body),
    sampleStored: ({ caller, params }) => sampleStored(parts, caller, params.id),
    listSamples: async ({ caller }) => ({ items: await listSamples(parts.database.queries, caller.homeId) }),
    getSample: ({ caller, params }) => sampleLink(parts, caller, params.id),
    judgeSample: ({ caller, params, body }) => judgeSample(parts, caller, params.id, body.verdict),
    deleteSample: ({ caller, params }) => deleteSample(parts, caller, params.id),
  };
}
