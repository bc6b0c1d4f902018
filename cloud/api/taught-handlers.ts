import { announceExample, deleteExample, exampleLink, exampleStored, orderExample } from '../taught-sounds/examples.ts';
import {
  createTaughtSound,
  deleteTaughtSound,
  learnSound,
  listTaughtSounds,
  taughtFile,
  viewTaughtSound,
} from '../taught-sounds/taught-sounds.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';

type Names =
  | 'createTaughtSound'
  | 'listTaughtSounds'
  | 'getTaughtSound'
  | 'deleteTaughtSound'
  | 'learnTaughtSound'
  | 'recordExample'
  | 'getExample'
  | 'deleteExample'
  | 'announceExample'
  | 'exampleStored'
  | 'getTaughtFile';

export function taughtHandlers({ parts }: ApiOptions): Pick<Handlers, Names> {
  const { clock } = parts;
  const { queries } = parts.database;
  return {
    createTaughtSound: ({ caller, body }) => createTaughtSound(parts, caller, body),
    listTaughtSounds: async ({ caller }) => ({
      items: await listTaughtSounds(queries, caller.homeId, clock.nowMs()),
    }),
    getTaughtSound: ({ caller, params }) => viewTaughtSound(queries, caller.homeId, params.id, clock.nowMs()),
    deleteTaughtSound: ({ caller, params }) => deleteTaughtSound(parts, caller, params.id),
    learnTaughtSound: ({ caller, params }) => learnSound(parts, caller, params.id),
    recordExample: async ({ caller, params }) => {
      await orderExample(parts, caller, params.id);
      return viewTaughtSound(queries, caller.homeId, params.id, clock.nowMs());
    },
    getExample: ({ caller, params }) => exampleLink(parts, caller, params.id, params.exampleId),
    deleteExample: ({ caller, params }) => deleteExample(parts, caller, params.id, params.exampleId),
    announceExample: ({ caller, params, body }) => announceExample(parts, caller, params.id, body),
    exampleStored: ({ caller, params }) => exampleStored(parts, caller, params.id),
    getTaughtFile: async ({ caller, params, reply }) => {
      reply.type('application/json');
      return taughtFile(queries, caller.homeId, params.sha256);
    },
  };
}
