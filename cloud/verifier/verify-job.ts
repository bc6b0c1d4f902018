import { z } from 'zod';
import { Id } from '@earshot/shared/contracts/common.ts';

const Body = z.object({
  homeId: Id,
  candidateId: Id,
  /** True when `candidateId` is the id of a sample (samples/sample-verification.ts). */
  sample: z.boolean().optional(),
  /** The trace context, with which the worker continues the trace. */
  trace: z.record(z.string(), z.string()).optional(),
});
export type VerifyJob = z.infer<typeof Body>;

/** The queue message. It contains only ids, so that a deleted clip is not kept in the queue. */
export const VerifyJob = {
  write: (job: VerifyJob): string => JSON.stringify(job),
  /** Returns null for a message that is not a job. Such a message goes to the dead letters. */
  read(body: string): VerifyJob | null {
    try {
      return Body.parse(JSON.parse(body));
    } catch {
      return null;
    }
  },
};
