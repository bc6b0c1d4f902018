import { t } from '../words/words.ts';
import { call } from './api.ts';

/** Sends a test message over one channel. Returns the error as text, or null when the message was sent. */
export async function ringChannel(id: string): Promise<string | null> {
  const { delivered, reason } = await call<{ delivered: boolean; reason: string | null }>(
    'POST',
    `/v1/channels/${id}/test`,
  );
  return delivered ? null : t().ring.notSent(reason ?? '');
}

/** Stores the person's answer whether the test message arrived, because the app cannot find that out. */
export const sayRang = (id: string, rang: boolean): Promise<void> => call('PATCH', `/v1/channels/${id}`, { rang });
