import { setTimeout as sleep } from 'node:timers/promises';
import type { Candidate, CandidateAccepted as Accepted } from '@earshot/shared/contracts/candidate.ts';
import type { z } from 'zod';

type CandidateAccepted = z.infer<typeof Accepted>;

const PATIENCE_MS = 1000;
const TRIES = 60;

/** Retries as a device's outbox does. So an overloaded cloud shows up in the figures as delay, not as lost reports. */
async function persistently(send: () => Promise<Response>): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const answer = await send().catch((error: unknown) => {
      if (tries === TRIES) throw error;
      return null;
    });
    if (answer?.ok) return answer;
    const text = await answer?.text();
    if (answer && (tries === TRIES || (answer.status < 500 && answer.status !== 429)))
      throw new Error(`HTTP ${answer.status}: ${text ?? ''}`);
    const askedMs = Number(answer?.headers.get('retry-after') ?? 0) * 1000;
    await sleep(Math.max(PATIENCE_MS, askedMs));
  }
}

/**
 * Reports a sound over the network as a device does: sends the metadata, uploads the clip to the bucket, and asks whether the cloud has
 * noticed the clip.
 */
export async function report(
  api: string,
  token: string,
  candidate: Candidate,
  clip: Uint8Array,
  asksAgain: boolean,
): Promise<void> {
  const register = async () => {
    const answer = await persistently(() =>
      fetch(`${api}/v1/candidates/${candidate.id}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(candidate),
      }),
    );
    return (await answer.json()) as CandidateAccepted;
  };
  const { upload } = await register();
  if (!upload) return;
  const stored = await persistently(() =>
    fetch(upload.url, { method: 'PUT', headers: upload.headers, body: Buffer.from(clip) }),
  );
  await stored.arrayBuffer();
  if (asksAgain) await register();
}
