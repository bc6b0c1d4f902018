import { z } from 'zod';
import { Id } from '@earshot/shared/contracts/common.ts';

/**
 * Describes a route of the API. The server checks caller, limits and bodies by it, and the OpenAPI page is generated from it.
 */
export interface Route {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Path in Fastify's syntax; `:name` is a parameter. */
  path: string;
  who: 'anyone' | 'device' | 'member' | 'operations';
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Null: answers 204. 'bytes' and 'events' are streams, 'text' is plain text. */
  response: z.ZodType | null | 'bytes' | 'events' | 'text';
  /** A request with a safety label in its body is urgent: it is handled first and has its own limits. */
  mayBeUrgent?: boolean;
  /**
   * Requests per minute per token, or per address where anyone may call. The default is 1,200. Urgent requests have a separate count with
   * the same limit.
   */
  perMinute?: number;
  /** Limit for all devices of a home together. Urgent requests are not counted, and not refused. */
  ofHome?: { perMinute: number; atOnce: number };
  /** The default is 64 KiB. */
  maxBodyBytes?: number;
}

export const ById = z.object({ id: Id });
