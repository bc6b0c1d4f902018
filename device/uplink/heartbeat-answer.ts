import { z } from 'zod';
import { HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';

/** As the contract says, but settings are judged by whoever takes them: a bad one must not hide the rest of the answer. */
export const LooseAnswer = HeartbeatAnswer.extend({ settings: z.unknown() });
export type LooseAnswer = z.infer<typeof LooseAnswer>;
