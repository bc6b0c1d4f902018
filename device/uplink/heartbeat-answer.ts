import { z } from 'zod';
import { HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';

/**
 * The contract's answer with unchecked settings. The receiver checks them, so that invalid settings do not make the
 * rest of the answer unusable.
 */
export const LooseAnswer = HeartbeatAnswer.extend({ settings: z.unknown() });
export type LooseAnswer = z.infer<typeof LooseAnswer>;
