import { z } from 'zod';
import { Id } from '@earshot/shared/contracts/common.ts';

/**
 * Describes a route of the API. The server uses it to check caller, limits and bodies, and the OpenAPI page is
 * generated from it.
 */
export interface Route {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** In Fastify's syntax; `:name` is a path parameter. */
  path: string;
  who: 'anyone' | 'device' | 'member' | 'operations';
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Null: 204. 'bytes' and 'events' are streams, 'text' is plain text. */
  response: z.ZodType | null | 'bytes' | 'events' | 'text';
  /** A request with a safety label in its body is urgent: it is handled first and has its own limits. */
  mayBeUrgent?: boolean;
  /**
   * Requests per minute and token (or address, where anyone may call); default 1,200. Urgent requests are counted
   * separately against the same limit.
   */
  perMinute?: number;
  /** Limit for all of a home's devices together; urgent requests are neither counted nor refused. */
  ofHome?: { perMinute: number; atOnce: number };
  /** Default: 64 KiB. */
  maxBodyBytes?: number;
}

export const ById = z.object({ id: Id });
