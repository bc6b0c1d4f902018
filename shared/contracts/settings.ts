import { z } from 'zod';
import { PHONE_NUMBER } from '../phone-number.ts';
import { Label, LevelName, ModeName } from './common.ts';

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** An entry of the schedule: on `days` (0 = Sunday), at the local time `at`, the home changes to `mode`. */
export const ScheduleEntry = z.object({
  at: TimeOfDay,
  days: z.array(z.number().int().min(0).max(6)).min(1),
  mode: ModeName,
});

export const SoundSetting = z.object({
  /** The modes in which the sound is detected. Safety sounds are detected in every mode, whatever is set here. */
  modes: z.array(ModeName),
  level: LevelName,
});
export type SoundSetting = z.infer<typeof SoundSetting>;

const DropInRule = z.enum(['never', 'during_alerts', 'always']);

/** The time until which each sound is not reported: a day at most, and never for a safety sound. */
const NotNow = z.record(Label, z.iso.datetime({ offset: true }));

/** For each sound, the time until which no other sensitivity is suggested (hunches.ts). */
const HunchesNotNow = z.record(Label, z.iso.datetime({ offset: true }));

/**
 * The homeowner's choices. The cloud stores them; the device applies them within 5 s and keeps its copy over a reboot.
 */
export const HomeSettings = z.object({
  version: z.number().int().nonnegative(),
  mode: ModeName,
  schedule: z.array(ScheduleEntry).max(50),
  timeZone: z.string().max(64),
  sounds: z.record(Label, SoundSetting),
  /** The time until which alarms count as a test (the monthly press of the test button). */
  testingUntil: z.iso.datetime({ offset: true }).nullable(),
  notNow: NotNow.default({}),
  /** Whether to send a notice when a device has heard no test of an alarm for 30 days. */
  testReminder: z.boolean().default(false),
  /** When members may listen live to a device. */
  dropIn: DropInRule.default('during_alerts'),
  quietHours: z.object({ from: TimeOfDay, to: TimeOfDay }).nullable(),
  retentionDays: z.number().int().min(1).max(365),
  helpImprove: z.boolean(),
  /**
   * Whether devices also send a random share of the sounds that stayed just below the threshold, for members to judge.
   */
  samples: z.boolean().default(false),
  hunchesNotNow: HunchesNotNow.default({}),
  emergencyNumber: z.string().max(20),
  contact: z.object({ name: z.string().max(60), phone: z.string().max(30) }).nullable(),
});
export type HomeSettings = z.infer<typeof HomeSettings>;
const PhoneNumber = z.string().regex(new RegExp(`^${PHONE_NUMBER}$`), 'must be a phone number, e.g. 112');
/**
 * All settings without defaults: a patch that does not name a setting must not change it. Phone numbers are checked only
 * here: a home that stored another text before this check must keep its settings.
 */
export const HomeSettingsPatch = HomeSettings.omit({ version: true })
  .extend({
    notNow: NotNow,
    testReminder: z.boolean(),
    dropIn: DropInRule,
    samples: z.boolean(),
    hunchesNotNow: HunchesNotNow,
    emergencyNumber: PhoneNumber.max(20),
    contact: z.object({ name: z.string().max(60), phone: PhoneNumber.max(30) }).nullable(),
  })
  .partial();
export type HomeSettingsPatch = z.infer<typeof HomeSettingsPatch>;
