import { t } from '../words/words.ts';
import { call } from './api.ts';

/** Sends a test over one channel. Returns the error as text, or null. */
export async function ringChannel(id: string): Promise<string | null> {
  const { delivered, reason } = await call<{ delivered: boolean; reason: string | null }>(
    'POST',
    `/v1/channels/${id}/test`,
  );
  return delivered ? null : t().ring.notSent(reason ?? '');
}

/** Whether the test arrived: only the person can know that. */
export const sayRang = (id: string, rang: boolean): Promise<void> => call('PATCH', `/v1/channels/${id}`, { rang });
