import { z } from 'zod';
import { HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';

/**
 * The contract's answer, but with settings unchecked: the receiver checks them, so that invalid ones do not hide the rest of the answer.
 */
export const LooseAnswer = HeartbeatAnswer.extend({ settings: z.unknown() });
export type LooseAnswer = z.infer<typeof LooseAnswer>;
