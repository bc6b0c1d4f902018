import { z } from 'zod';
import { Id } from '@earshot/shared/contracts/common.ts';

const Body = z.object({
  homeId: Id,
  candidateId: Id,
  /** So that a trace goes on in the worker. */
  trace: z.record(z.string(), z.string()).optional(),
});
export type VerifyJob = z.infer<typeof Body>;

/** What travels in the queue: names only, so that a deleted clip is nowhere else. */
export const VerifyJob = {
  write: (job: VerifyJob): string => JSON.stringify(job),
  /** Null for what is no job of ours: poison. */
  read(body: string): VerifyJob | null {
    try {
      return Body.parse(JSON.parse(body));
    } catch {
      return null;
    }
  },
};
