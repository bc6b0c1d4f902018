import type { Selectable } from 'kysely';
import { v7 as uuid } from 'uuid';
import {
  AUTOMATION_KINDS,
  type ChannelRequest,
  type ChannelView,
  type HomeView,
} from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Caller } from '../homes/tokens.ts';
import type { ServerKeys } from '../keys/server-keys.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { openTarget, sealTarget } from './sealed-target.ts';

export type ChannelRow = Selectable<Schema['channels']>;
type Parts = Pick<CloudParts, 'database' | 'clock' | 'keys'>;

const MOST_CHANNELS = 20;

/** A member's own channels, in the order in which they are tried. */
export const channelsOf = (queries: Queries, memberId: string): Promise<ChannelRow[]> =>
  channelsOfMembers(queries, [memberId]);

const isAutomation = ({ kind }: Pick<ChannelRow, 'kind'>): boolean =>
  (AUTOMATION_KINDS as readonly string[]).includes(kind);

/**
 * The channels of these members that reach a person. Channels to automations are left out (automations.ts sends to them).
 */
export const personalChannelsOf = async (queries: Queries, memberIds: readonly string[]): Promise<ChannelRow[]> =>
  (await channelsOfMembers(queries, memberIds)).filter((channel) => !isAutomation(channel));

/**
 * How a member can be reached while the app is closed: by a confirmed channel, by an untested channel, or not at all.
 */
export async function reachOf(queries: Queries, memberId: string): Promise<HomeView['reach']> {
  const own = await personalChannelsOf(queries, [memberId]);
  if (own.some(({ state, confirmedAtMs }) => state === 'ok' && confirmedAtMs !== null)) return 'confirmed';
  return own.length > 0 ? 'untested' : 'none';
}

/** The channels of several members in one query, in the order in which each member's channels are tried. */
async function channelsOfMembers(queries: Queries, memberIds: readonly string[]): Promise<ChannelRow[]> {
  return queries
    .selectFrom('channels')
    .selectAll()
    .where('memberId', 'in', memberIds)
    .orderBy('position')
    .orderBy('createdAtMs')
    .execute();
}

export const viewChannel = ({
  id,
  memberId,
  kind,
  describes,
  state,
  lastError,
  position,
  confirmedAtMs,
}: ChannelRow): ChannelView => ({
  id,
  memberId,
  kind,
  describes,
  state,
  lastError,
  order: position,
  confirmedAt: confirmedAtMs === null ? null : new Date(confirmedAtMs).toISOString(),
});

/**
 * Adds a channel. Adding an address that already exists adds no second channel; for a browser that subscribes again it replaces the keys.
 */
export async function addChannel(
  { database, clock, keys }: Parts,
  member: Caller,
  request: ChannelRequest,
): Promise<ChannelView> {
  return changeHome(database, member.homeId, async (queries) => {
    const own = await channelsOf(queries, member.id);
    const same = own.find((row) => row.kind === request.kind && addressIn(keys, row) === addressOf(request));
    if (!same && own.length >= MOST_CHANNELS)
      throw new EarshotError('CONFLICT', `A member can have at most ${MOST_CHANNELS} channels: remove one first.`);
    const fresh = {
      target: sealTarget(keys, member.id, request),
      describes: describe(request),
      state: 'ok',
      lastError: null,
      restUntilMs: 0,
      failures: 0,
    } as const;
    const id = same?.id ?? uuid();
    if (same) await queries.updateTable('channels').set(fresh).where('id', '=', id).execute();
    else
      await queries
        .insertInto('channels')
        .values({
          ...fresh,
          id,
          homeId: member.homeId,
          memberId: member.id,
          kind: request.kind,
          position: (own.at(-1)?.position ?? -1) + 1,
          createdAtMs: clock.nowMs(),
          confirmedAtMs: null,
        })
        .execute();
    return viewChannel(await ownChannel(queries, member, id));
  });
}

/** Finds one of the member's own channels. Throws NOT_FOUND for channels of other members. */
export async function ownChannel(queries: Queries, member: Caller, id: string): Promise<ChannelRow> {
  const row = await queries
    .selectFrom('channels')
    .selectAll()
    .where('id', '=', id)
    .where('memberId', '=', member.id)
    .executeTakeFirst();
  if (!row) throw new EarshotError('NOT_FOUND', 'channel');
  return row;
}

/** Changes the channel's place in the order, or stores whether a test message arrived. */
export async function patchChannel(
  { database, clock }: Parts,
  member: Caller,
  id: string,
  { order, rang }: { order?: number | undefined; rang?: boolean | undefined },
): Promise<ChannelView> {
  await ownChannel(database.queries, member, id);
  const set = {
    ...(order === undefined ? {} : { position: order }),
    ...(rang === undefined ? {} : { confirmedAtMs: rang ? clock.nowMs() : null }),
  };
  if (Object.keys(set).length > 0)
    await database.queries.updateTable('channels').set(set).where('id', '=', id).execute();
  return viewChannel(await ownChannel(database.queries, member, id));
}

export async function removeChannel({ database }: Parts, member: Caller, id: string): Promise<void> {
  await ownChannel(database.queries, member, id);
  await database.queries.deleteFrom('channels').where('id', '=', id).execute();
}

/**
 * The channel's address. Null when it was encrypted with another server secret. Adding its address again then makes a new channel.
 */
function addressIn(keys: ServerKeys, { memberId, target }: ChannelRow): string | null {
  try {
    return addressOf(openTarget(keys, memberId, target));
  } catch {
    return null;
  }
}

function addressOf(request: ChannelRequest): string {
  switch (request.kind) {
    case 'webpush':
      return request.endpoint;
    case 'webhook':
    case 'ntfy':
      return request.url;
    case 'mqtt':
      return `${request.url} ${request.topic}`;
    case 'email':
      return request.address.toLowerCase();
  }
}

/**
 * A description by which the owner recognises the channel. It leaves out the secret parts, with which others could use the channel.
 */
function describe(request: ChannelRequest): string {
  switch (request.kind) {
    case 'webpush':
      return browserName(request.userAgent);
    case 'webhook':
    case 'ntfy':
      return new URL(request.url).host;
    case 'mqtt':
      return `${request.topic} at ${hostOf(request.url)}`;
    case 'email':
      return `${request.address.split('@')[0] ?? ''}@…`;
  }
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'MQTT');

function browserName(userAgent: string): string {
  const find = (names: [RegExp, string][], otherwise: string): string =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? otherwise;
  const browser = find(
    [
      [/Edg\//, 'Edge'],
      [/Firefox\//, 'Firefox'],
      [/Chrome\//, 'Chrome'],
      [/Safari\//, 'Safari'],
    ],
    'Browser',
  );
  const system = find(
    [
      [/Android/, 'Android'],
      [/iPhone|iPad/, 'iOS'],
      [/Windows/, 'Windows'],
      [/Mac OS/, 'macOS'],
      [/Linux/, 'Linux'],
    ],
    '',
  );
  return system ? `${browser} on ${system}` : browser;
}
