import { lostAnswer, refusal, type ServiceAnswer, type ServiceFault, type ServiceRequest } from './service-fault.ts';

/** A lease so short that it expires while a slow clip (s3-faults.ts) is verified. */
const SHORT_LEASE_S = 1;
/** A message that is delayed by this much arrives after later messages. */
const LATE_S = 4;

/** An error answer in the format of SQS. */
const sqsError = (status: number, type: string, message: string): ServiceAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(JSON.stringify({ __type: `com.amazonaws.sqs#${type}`, message })),
});

const any = (): boolean => true;
const is =
  (action: string) =>
  ({ headers }: ServiceRequest): boolean =>
    headers['x-amz-target'] === `AmazonSQS.${action}`;

type Order = Record<string, unknown> & { Entries?: Record<string, unknown>[] };

/** Returns the request with a changed body. */
function changed(request: ServiceRequest, change: (order: Order) => Order): ServiceRequest {
  const order = change(JSON.parse(request.body.toString()) as Order);
  return { ...request, body: Buffer.from(JSON.stringify(order)) };
}

/**
 * The faults of SQS. They include what a standard queue is allowed to do: deliver a message twice, or in a different
 * order.
 */
export const SQS_FAULTS: readonly ServiceFault[] = [
  refusal('SQS: ThrottlingException', 0.06, any, sqsError(400, 'ThrottlingException', 'Rate exceeded')),
  refusal('SQS: RequestThrottled', 0.03, any, sqsError(403, 'RequestThrottled', 'Request is throttled.')),
  refusal('SQS: 500 InternalFailure', 0.04, any, sqsError(500, 'InternalFailure', 'Internal failure')),
  lostAnswer('SQS: done, but the connection is cut before the answer', 0.04, any),
  {
    name: 'SQS: a message is delivered twice',
    share: 0.1,
    appliesTo: is('SendMessageBatch'),
    async answer(request, forward) {
      await forward(request);
      return forward(request);
    },
  },
  {
    name: `SQS: a message arrives ${LATE_S} s late, after later ones`,
    share: 0.15,
    appliesTo: is('SendMessageBatch'),
    answer: (request, forward) =>
      forward(
        changed(request, (order) => ({
          ...order,
          Entries: (order.Entries ?? []).map((entry) => ({ ...entry, DelaySeconds: LATE_S })),
        })),
      ),
  },
  {
    name: `SQS: a lease of ${SHORT_LEASE_S} s, which expires during the verification of a slow clip`,
    share: 0.3,
    appliesTo: is('ReceiveMessage'),
    answer: (request, forward) =>
      forward(changed(request, (order) => ({ ...order, VisibilityTimeout: SHORT_LEASE_S }))),
  },
];
