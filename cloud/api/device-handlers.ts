import { EarshotError } from '@earshot/shared/errors.ts';
import { addSegment } from '../drop-in/segments.ts';
import { takeHeartbeat } from '../homes/devices.ts';
import { Registrar } from '../incidents/registrar.ts';
import { stillHeard } from '../incidents/still-heard.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';
import { rangeOf } from './clip-link-routes.ts';

type Names = 'putCandidate' | 'stillHeard' | 'heartbeat' | 'addSegment' | 'getModel';

export function deviceHandlers({ parts, onCandidate }: ApiOptions): Pick<Handlers, Names> {
  const registrar = new Registrar(parts);
  return {
    putCandidate: async ({ caller, params, body, request }) => {
      if (body.id !== params.id)
        throw new EarshotError(
          'BAD_REQUEST',
          `The id ${body.id} in the body differs from ${params.id} in the address.`,
        );
      const { isNew, answer } = await registrar.register(caller, body);
      if (isNew) {
        request.log.info({ candidateId: body.id, label: body.label, score: body.score, late: body.late }, 'candidate');
        onCandidate(body);
      }
      return answer;
    },
    stillHeard: ({ caller, params, body }) => stillHeard(parts, caller, params.id, body),
    heartbeat: ({ caller, body }) => takeHeartbeat(parts, caller, body),
    addSegment: ({ caller, body }) => addSegment(parts, caller, body),
    getModel: async ({ params, request, reply }) => {
      const bytes = await parts.rollout.file(params.sha256);
      const range = rangeOf(request.headers.range, bytes.length);
      // The address contains the hash of the content, so the content never changes.
      reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('etag', `"${params.sha256}"`)
        .header('accept-ranges', 'bytes')
        .type('application/octet-stream');
      if (!range) return Buffer.from(bytes);
      // A Range header continues an interrupted download.
      const [from, to] = range;
      if (from > to) throw new EarshotError('BAD_REQUEST', `The file has ${bytes.length} bytes.`);
      reply.code(206).header('content-range', `bytes ${from}-${to}/${bytes.length}`);
      return Buffer.from(bytes.subarray(from, to + 1));
    },
  };
}
