import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { asEarshotError, CATALOGUE, EarshotError } from '@earshot/shared/errors.ts';
import type { ErrorBody } from '@earshot/shared/contracts/common.ts';
import { z } from 'zod';

/**
 * Answers every error as an ErrorBody with a code of the error catalogue. An unexpected error is logged in full, but its answer contains
 * only a general message.
 */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asKnown(error);
  if (known.status >= 500) request.log.error({ err: error }, 'request failed');
  return reply.code(known.status).send(errorBody(known, request.id));
}

function errorBody(error: EarshotError, requestId: string): ErrorBody {
  const isOwnFault = error.status >= 500;
  return {
    error: {
      code: error.code,
      // Details of an internal failure (paths, addresses) are only logged.
      message: isOwnFault ? CATALOGUE[error.code].what : error.message,
      todo: error.todo,
      requestId,
      ...(error.details === undefined || isOwnFault ? {} : { details: error.details }),
    },
  };
}

function asKnown(error: unknown): EarshotError {
  if (error instanceof EarshotError) return error;
  if (error instanceof z.ZodError) {
    const details = error.issues.slice(0, 20).map(({ path, message }) => ({ field: path.join('.'), message }));
    const first = details[0];
    return new EarshotError('BAD_REQUEST', first ? `${first.field || 'body'}: ${first.message}.` : '', {
      cause: error,
      details,
    });
  }
  const { statusCode, code, message } = error as FastifyError;
  if (statusCode === 413) return new EarshotError('TOO_LARGE', '', { cause: error });
  if (statusCode === 429) return new EarshotError('TOO_MANY', '', { cause: error });
  if (statusCode === 404) return new EarshotError('NOT_FOUND', '', { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new EarshotError('BAD_REQUEST', `${code ? `${code}: ` : ''}${message}.`, {
      cause: error,
      details: [{ field: 'body', message }],
    });
  return asEarshotError(error, 'INTERNAL', '');
}
