import { z } from 'zod';
import { AlarmTest } from './alarm-tests.ts';
import { Id, Instant, Name } from './common.ts';
import { PairingCode } from './device.ts';
import { DropIn } from './drop-in.ts';
import { ChannelView, DeviceView, Incident, MemberView } from './home.ts';
import { IgnoredSound } from './ignored-sounds.ts';
import { Sample } from './samples.ts';
import { HomeSettings } from './settings.ts';
import { TaughtSound } from './teaching.ts';

/** POST /v1/session: the app on a phone pairs as a member. It gets an HttpOnly cookie instead of a token. */
export const SessionRequest = z.object({ code: PairingCode, name: Name });
export const SessionView = z.object({ memberId: Id, homeId: Id, homeName: z.string() });
export type SessionView = z.infer<typeof SessionView>;

export const DeleteIncidentsRequest = z.object({ ids: z.array(Id).min(1).max(200) });
/** The number of deleted records; ids that did not exist are not counted. */
export const Deleted = z.object({ deleted: z.number().int().nonnegative() });

export const ChannelPatch = z.object({
  order: z.number().int().min(0).max(50).optional(),
  /** Whether the member saw or heard the test message. */
  rang: z.boolean().optional(),
});
/**
 * POST /v1/ntfy-topics: creates a topic that nobody can guess, and a QR code with which the ntfy app subscribes to it.
 */
export const NtfyTopic = z.object({
  url: z.url(),
  topic: z.string(),
  server: z.string(),
  appLink: z.string(),
  qrSvg: z.string(),
});
/** The result of a test message. When it failed: the unchanged answer of the service. */
export const ChannelTestResult = z.object({ delivered: z.boolean(), reason: z.string().nullable() });

/**
 * GET /v1/export: everything that is stored about the home, in one file. Instead of clips it contains links that are
 * valid for an hour.
 */
export const HomeExport = z.object({
  exportedAt: Instant,
  home: z.object({ id: Id, name: z.string(), createdAt: Instant }),
  settings: HomeSettings,
  members: z.array(MemberView.omit({ you: true })),
  devices: z.array(DeviceView),
  channels: z.array(ChannelView),
  alarmTests: z.array(AlarmTest),
  dropIns: z.array(DropIn),
  taughtSounds: z.array(TaughtSound),
  samples: z.array(Sample),
  ignoredSounds: z.array(IgnoredSound),
  incidents: z.array(Incident.extend({ clips: z.array(z.object({ candidateId: Id, url: z.string() })) })),
  deletions: z.array(
    z.object({
      key: z.string(),
      bytes: z.number(),
      reason: z.string(),
      requestedAt: Instant,
      doneAt: Instant.nullable(),
    }),
  ),
});
export type HomeExport = z.infer<typeof HomeExport>;

/** Somebody who deletes a home must type its name, so that nobody does it by accident. */
export const DeleteHomeRequest = z.object({ confirm: z.string().max(60) });

export const Health = z.object({
  status: z.enum(['ok', 'degraded', 'failing']),
  version: z.string(),
  release: z.string().nullable(),
  /** One line for each part of the cloud: `ok`, or what is wrong and what to do. */
  parts: z.record(z.string(), z.string()),
  deadLetters: z.number().int().nonnegative(),
});
export type Health = z.infer<typeof Health>;
