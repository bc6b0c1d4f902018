import { DeleteMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { EarshotError } from '@earshot/shared/errors.ts';
import { awsError, isAwsError } from '../aws-error.ts';

const BATCH_RECEIPTS = 10;

export const fittingReceipts = (receipts: readonly string[]): number => Math.min(BATCH_RECEIPTS, receipts.length);

/**
 * Deletes at most `fittingReceipts` messages. Returns one result per receipt. An expired or used receipt counts as success.
 */
export async function ackBatch(client: SQSClient, url: string, receipts: readonly string[]): Promise<(Error | null)[]> {
  const { Failed = [] } = await client
    .send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    )
    .catch((error: unknown) => {
      throw awsError(error, 'QUEUE', `ack at ${url}`);
    });
  const faults = new Map(
    Failed.filter(({ Code = '', Message = '' }) => !isStale({ name: Code, message: Message })).map(
      ({ Id, Code = 'refused', SenderFault }) => [
        Id,
        new EarshotError('QUEUE', `ack at ${url}: ${Code}.`, { details: { retryable: !SenderFault, code: Code } }),
      ],
    ),
  );
  return receipts.map((_, index) => faults.get(String(index)) ?? null);
}

/**
 * Whether an error of SQS or a compatible server means that the message is gone, or that another consumer has received it.
 */
export const isStale = (error: unknown): boolean =>
  isAwsError(error, 'ReceiptHandleIsInvalid', 'MessageNotInflight') ||
  (isAwsError(error, 'InvalidParameterValue') && /ReceiptHandle/.test((error as Error).message));
