import { setTimeout } from 'node:timers/promises';
import { lostAnswer, refusal, type ServiceAnswer, type ServiceFault, type ServiceRequest } from './service-fault.ts';

/** Longer than the short lease in sqs-faults.ts, so that the lease expires during the verification. */
const SLOW_MS = 2_500;

/** An error answer in the format of S3. */
const s3Error = (status: number, code: string, message: string): ServiceAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  ),
});

const any = (): boolean => true;
const isRead = ({ method }: ServiceRequest): boolean => method === 'GET';
const isObject = ({ method, path }: ServiceRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && path.split('?')[0]!.split('/').length > 2;

/** The faults of S3 that the API, the worker and the devices (which upload through S3's links) may meet. */
export const S3_FAULTS: readonly ServiceFault[] = [
  refusal('S3: 503 SlowDown', 0.06, any, s3Error(503, 'SlowDown', 'Please reduce your request rate.')),
  refusal('S3: 500 InternalError', 0.04, any, s3Error(500, 'InternalError', 'We encountered an internal error.')),
  lostAnswer('S3: done, but the connection is cut before the answer', 0.04, any),
  refusal('S3: 404 for an object that exists', 0.03, isObject, s3Error(404, 'NoSuchKey', 'The key does not exist.')),
  {
    name: 'S3: a clip with a wrong byte, so with a wrong hash',
    share: 0.03,
    appliesTo: (request) => isRead(request) && isObject(request),
    async answer(request, forward) {
      const answer = await forward(request);
      if (answer.status === 200 && answer.body.length > 0) answer.body[answer.body.length >> 1]! ^= 0xff;
      return answer;
    },
  },
  {
    name: `S3: a clip after ${SLOW_MS} ms`,
    share: 0.15,
    appliesTo: (request) => isRead(request) && isObject(request),
    async answer(request, forward) {
      await setTimeout(SLOW_MS);
      return forward(request);
    },
  },
];
