import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../homes/tokens.ts';
import type { RouteName, ROUTES } from './routes.ts';
import type { Route } from './routes/route.ts';

type Parsed<Contract> = Contract extends z.ZodType ? z.output<Contract> : undefined;
type Field<R, Name extends string> = R extends { [key in Name]: infer Contract } ? Contract : undefined;

/** An authenticated request. Its caller and contents have been checked against their contracts. */
export interface Call<R extends Route> {
  caller: R['who'] extends 'anyone' | 'operations' ? null : Caller;
  params: Parsed<Field<R, 'params'>>;
  query: Parsed<Field<R, 'query'>>;
  body: Parsed<Field<R, 'body'>>;
  request: FastifyRequest;
  reply: FastifyReply;
}

/**
 * A handler's result: the type of the response contract, nothing for status 204, or bytes. A stream handler returns nothing, because it
 * writes the response itself.
 */
type Answer<R extends Route> = R['response'] extends z.ZodType
  ? z.input<R['response']>
  : R['response'] extends 'bytes'
    ? Uint8Array
    : void;

export type Handler<R extends Route> = (call: Call<R>) => Promise<Answer<R>>;
export type Handlers = { [Name in RouteName]: Handler<(typeof ROUTES)[Name]> };
