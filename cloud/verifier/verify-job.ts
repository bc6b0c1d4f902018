import { z } from 'zod';
import { Id } from '@earshot/shared/contracts/common.ts';

const Body = z.object({
  homeId: Id,
  candidateId: Id,
  /** `candidateId` is that of a sample (samples/sample-verification.ts). */
  sample: z.boolean().optional(),
  /** The trace context, so that the worker continues the trace. */
  trace: z.record(z.string(), z.string()).optional(),
});
export type VerifyJob = z.infer<typeof Body>;

/** The queue message. It contains only ids, so that a deleted clip is not kept in the queue. */
export const VerifyJob = {
  write: (job: VerifyJob): string => JSON.stringify(job),
  /** Null for a message that is not a job: it goes to the dead letters. */
  read(body: string): VerifyJob | null {
    try {
      return Body.parse(JSON.parse(body));
    } catch {
      return null;
    }
  },
};
