import type { PairingCodeResponse } from '@earshot/shared/contracts/device.ts';
import type * as api from '@earshot/shared/contracts/api.ts';
import type * as home from '@earshot/shared/contracts/home.ts';
import type { ScheduleEntry as Entry } from '@earshot/shared/contracts/settings.ts';
import type { z } from 'zod';

/**
 * Types of API answers for which the shared contract exports only a validator. This file exports only types, so that
 * the validators do not become part of the built app.
 */
export type CalibrationView = z.infer<typeof home.CalibrationView>;
export type ClipLink = z.infer<typeof home.ClipLink>;
export type PairingCode = z.infer<typeof PairingCodeResponse>;
export type NtfyTopic = z.infer<typeof api.NtfyTopic>;
export type ScheduleEntry = z.infer<typeof Entry>;
