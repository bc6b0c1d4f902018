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
  /** The share of the requests to which this fault applies that get the fault. */
  share: number;
  appliesTo(request: ServiceRequest): boolean;
  /**
   * Returns the answer for the client, or null to cut the connection. `forward` sends the request to the real server.
   */
  answer(
    request: ServiceRequest,
    forward: (request: ServiceRequest) => Promise<ServiceAnswer>,
  ): Promise<ServiceAnswer | null>;
}

/** Makes a fault that answers instead of the real server. */
export const refusal = (
  name: string,
  share: number,
  appliesTo: ServiceFault['appliesTo'],
  answer: ServiceAnswer,
): ServiceFault => ({ name, share, appliesTo, answer: () => Promise.resolve(answer) });

/**
 * Makes a fault that cuts the connection after the real server has executed the request, so that the client cannot know whether it was
 * executed.
 */
export const lostAnswer = (name: string, share: number, appliesTo: ServiceFault['appliesTo']): ServiceFault => ({
  name,
  share,
  appliesTo,
  answer: async (request, forward) => {
    await forward(request);
    return null;
  },
});
