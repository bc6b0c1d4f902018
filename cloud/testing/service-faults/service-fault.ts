import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

export interface ServiceRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface ServiceAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** One way in which S3 or SQS fails. */
export interface ServiceFault {
  name: string;
  /** Of the requests to which the fault applies, the share that gets it. */
  share: number;
  appliesTo(request: ServiceRequest): boolean;
  /** The answer to the client; null cuts the connection. `forward` asks the real server. */
  answer(
    request: ServiceRequest,
    forward: (request: ServiceRequest) => Promise<ServiceAnswer>,
  ): Promise<ServiceAnswer | null>;
}

/** A fault that answers instead of the real server. */
export const refusal = (
  name: string,
  share: number,
  appliesTo: ServiceFault['appliesTo'],
  answer: ServiceAnswer,
): ServiceFault => ({ name, share, appliesTo, answer: () => Promise.resolve(answer) });

/** The connection is cut after the real server did what it was asked: the client cannot know whether it did. */
export const lostAnswer = (name: string, share: number, appliesTo: ServiceFault['appliesTo']): ServiceFault => ({
  name,
  share,
  appliesTo,
  answer: async (request, forward) => {
    await forward(request);
    return null;
  },
});
