import { EarshotError } from '@earshot/shared/errors.ts';
import { takeHeartbeat } from '../homes/devices.ts';
import { Registrar } from '../incidents/registrar.ts';
import { stillHeard } from '../incidents/still-heard.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';

type Names = 'putCandidate' | 'stillHeard' | 'heartbeat' | 'getModel';

export function deviceHandlers({ parts, onCandidate }: ApiOptions): Pick<Handlers, Names> {
  const registrar = new Registrar(parts);
  return {
    putCandidate: async ({ caller, params, body, request }) => {
      if (body.id !== params.id)
        throw new EarshotError('BAD_REQUEST', `The body's id ${body.id} is not the address's ${params.id}.`);
      const { isNew, answer } = await registrar.register(caller, body);
      if (isNew) {
        request.log.info({ candidateId: body.id, label: body.label, score: body.score, late: body.late }, 'candidate');
        onCandidate(body);
      }
      return answer;
    },
    stillHeard: ({ caller, params, body }) => stillHeard(parts, caller, params.id, body),
    heartbeat: ({ caller, body }) => takeHeartbeat(parts, caller, body),
    getModel: async ({ params, reply }) => {
      const bytes = await parts.releases.file(params.sha256);
      // Named by its content: it never changes.
      reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('etag', `"${params.sha256}"`)
        .type('application/octet-stream');
      return Buffer.from(bytes);
    },
  };
}
