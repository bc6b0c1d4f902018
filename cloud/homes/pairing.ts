import { randomInt } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { PairRequest, PairResponse } from '@earshot/shared/contracts/device.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { z } from 'zod';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import { issueToken } from './tokens.ts';

/** Long enough to walk to another room with the code, and short enough that a code on an old photo is useless. */
const CODE_LIFE_MS = 10 * 60_000;
/** Crockford's base 32, which leaves out the easily misread letters I, L, O and U. 8 characters are 40 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

type Parts = Pick<CloudParts, 'database' | 'keys' | 'clock'>;

export interface PairingCode {
  code: string;
  expiresAtMs: number;
}

export async function makePairingCode(
  { database, keys, clock }: Parts,
  homeId: string,
  kind: 'device' | 'member',
  memberId: string | null = null,
): Promise<PairingCode> {
  const code = Array.from({ length: 8 }, () => ALPHABET[randomInt(32)]).join('');
  const expiresAtMs = clock.nowMs() + CODE_LIFE_MS;
  await database.queries
    .insertInto('pairingCodes')
    .values({ hash: keys.sign('pairing-code', code), homeId, kind, memberId, expiresAtMs, usedAtMs: null })
    .execute();
  return { code, expiresAtMs };
}

/** Uses up the code and returns a token. All invalid codes get the same error, which does not say what is wrong. */
export async function pair(parts: Parts, request: z.output<typeof PairRequest>): Promise<z.infer<typeof PairResponse>> {
  const { database, keys, clock } = parts;
  const hash = keys.sign('pairing-code', request.code);
  const known = await database.queries
    .selectFrom('pairingCodes')
    .select('homeId')
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (!known) throw new EarshotError('PAIRING_CODE', '');
  return changeHome(database, known.homeId, async (queries) => {
    const nowMs = clock.nowMs();
    const code = await queries
      .updateTable('pairingCodes')
      .set({ usedAtMs: nowMs })
      .where('hash', '=', hash)
      .where('kind', '=', request.kind)
      .where('usedAtMs', 'is', null)
      .where('expiresAtMs', '>', nowMs)
      .returningAll()
      .executeTakeFirst();
    const home =
      code && (await queries.selectFrom('homes').selectAll().where('id', '=', code.homeId).executeTakeFirst());
    if (!home) throw new EarshotError('PAIRING_CODE', '');
    const fresh = { id: uuid(), homeId: home.id, name: request.name, createdAtMs: nowMs };
    let id = fresh.id;
    if (request.kind === 'device') {
      await queries
        .insertInto('devices')
        .values({ ...fresh, room: request.room, lastHeartbeatAtMs: null, heartbeat: null, silent: 0 })
        .execute();
    } else if (code.memberId) {
      id = code.memberId;
      await queries.updateTable('members').set({ name: request.name }).where('id', '=', id).execute();
    } else {
      await queries
        .insertInto('members')
        .values({ ...fresh, escalation: 0 })
        .execute();
    }
    const token = await issueToken(queries, { kind: request.kind, homeId: home.id, id }, nowMs);
    return { token, id, homeId: home.id, homeName: home.name };
  });
}
