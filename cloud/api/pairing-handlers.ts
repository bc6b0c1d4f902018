import QRCode from 'qrcode';
import { makePairingCode, pair } from '../homes/pairing.ts';
import { publish } from '../live/live-feed.ts';
import { revokeToken } from '../homes/tokens.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';
import { refuseForgery, SESSION_COOKIE } from './callers.ts';
import type { PairingGuesses } from './pairing-guesses.ts';

type Names = 'pair' | 'openSession' | 'closeSession' | 'makePairingCode';

/** Long, because a phone stays paired. When a phone is lost, the owner removes its member in the app. */
const SESSION_LIFE_S = 5 * 365 * 86_400;

export function pairingHandlers({ parts, publicUrl }: ApiOptions, guesses: PairingGuesses): Pick<Handlers, Names> {
  const { database, clock, feed } = parts;
  const announce = async (homeId: string) => {
    await publish(database.queries, clock, homeId, { type: 'members' });
    feed.wake();
  };
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

  return {
    pair: async ({ body }) => {
      const paired = await guesses.guess(() => pair(parts, body));
      await announce(paired.homeId);
      return paired;
    },

    openSession: async ({ body, request, reply }) => {
      refuseForgery(request);
      const { token, id, homeId, homeName } = await guesses.guess(() =>
        pair(parts, { ...body, kind: 'member', room: '' }),
      );
      await announce(homeId);
      reply.setCookie(SESSION_COOKIE, token, {
        ...cookie,
        maxAge: SESSION_LIFE_S,
        secure: publicUrl?.startsWith('https:') ?? request.protocol === 'https',
      });
      return { memberId: id, homeId, homeName };
    },

    closeSession: async ({ caller, reply }) => {
      await revokeToken(database.queries, caller.tokenHash);
      reply.clearCookie(SESSION_COOKIE, cookie);
    },

    makePairingCode: async ({ caller, body, request }) => {
      const { code, expiresAtMs } = await makePairingCode(parts, caller.homeId, body.kind);
      const url = new URL(`/pair?code=${code}`, publicUrl ?? `${request.protocol}://${request.host}`).href;
      const qrSvg = await QRCode.toString(body.kind === 'member' ? url : code, { type: 'svg', margin: 1 });
      return { code, expiresAt: new Date(expiresAtMs).toISOString(), url, qrSvg };
    },
  };
}
