import { EarshotError } from '@earshot/shared/errors.ts';
import { clipKey } from '../clips/clip-store.ts';
import { lookForClip } from '../clips/clip-arrival.ts';
import { takeHeartbeat } from '../homes/devices.ts';
import { registerCandidate, stillHeard } from '../incidents/register.ts';
import type { Handlers } from './call.ts';
import type { ApiOptions } from './server.ts';

type Names = 'putCandidate' | 'stillHeard' | 'heartbeat' | 'getModel';

export function deviceHandlers({ parts, onCandidate }: ApiOptions): Pick<Handlers, Names> {
  return {
    putCandidate: async ({ caller, params, body, request }) => {
      if (body.id !== params.id)
        throw new EarshotError('BAD_REQUEST', `The body's id ${body.id} is not the address's ${params.id}.`);
      const { clip } = body;
      const accepted = await registerCandidate(parts, caller, body);
      if (accepted.isNew) {
        request.log.info({ candidateId: body.id, label: body.label, score: body.score, late: body.late }, 'candidate');
        onCandidate(body);
        return accepted.answer;
      }
      // The device uploads straight to the bucket and asks again: the bytes may be there by now.
      if (accepted.answer.upload && clip && parts.clips.kind !== 'file') {
        const key = clipKey(caller.homeId, body.id);
        if (await lookForClip(parts, { key, bytes: clip.bytes, homeId: caller.homeId, candidateId: body.id }))
          return { id: body.id, upload: null };
      }
      return accepted.answer;
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
