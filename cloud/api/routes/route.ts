import { z } from 'zod';
import { Id } from '@earshot/shared/contracts/common.ts';

/** A route of the API. The server checks caller, limits and bodies by it, and the OpenAPI page is generated from it. */
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
  /** A safety label in the body makes the request urgent: it goes first and has its own limits. */
  mayBeUrgent?: boolean;
  /** Requests per minute and token (or address, where anyone may call); default 1,200. Urgent requests have the same limit again. */
  perMinute?: number;
  /** Limit for all of a home's devices together; urgent requests are neither counted nor refused. */
  ofHome?: { perMinute: number; atOnce: number };
  /** Default: 64 KiB. */
  maxBodyBytes?: number;
}

export const ById = z.object({ id: Id });
