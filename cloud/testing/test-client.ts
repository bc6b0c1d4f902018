import type { Candidate, CandidateAccepted as Accepted } from '@earshot/shared/contracts/candidate.ts';
import type { PairResponse } from '@earshot/shared/contracts/device.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { z } from 'zod';

type CandidateAccepted = z.infer<typeof Accepted>;

/** A client of the API. Like real clients, it uses HTTP and a token. */
export class TestClient {
  readonly base: string;
  readonly token: string;
  readonly id: string;
  readonly homeId: string;

  constructor(base: string, paired: z.infer<typeof PairResponse>) {
    this.base = base;
    this.token = paired.token;
    this.id = paired.id;
    this.homeId = paired.homeId;
  }

  static async pair(
    base: string,
    code: string,
    kind: 'device' | 'member',
    name: string,
    room = '',
  ): Promise<TestClient> {
    const answer = await fetch(`${base}/v1/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, kind, name, room }),
    });
    if (!answer.ok) throw new Error(`pairing: ${answer.status} ${await answer.text()}`);
    return new TestClient(base, (await answer.json()) as z.infer<typeof PairResponse>);
  }

  fetch(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(new URL(path, this.base), {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Returns the body of a successful answer. For any other answer, throws an error with the answer's body. */
  async call<T = void>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.fetch(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** Registers a candidate and uploads its clip, as a device does. */
  async report(candidate: Candidate, clip: Uint8Array): Promise<void> {
    const { upload } = await this.call<CandidateAccepted>('PUT', `/v1/candidates/${candidate.id}`, candidate);
    if (upload) await this.upload(upload, clip);
  }

  async upload(upload: NonNullable<CandidateAccepted['upload']>, clip: Uint8Array): Promise<void> {
    const answer = await fetch(new URL(upload.url, this.base), {
      method: 'PUT',
      headers: upload.headers,
      body: Buffer.from(clip),
    });
    if (!answer.ok) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
  }
}

/** A valid clip: two seconds (by default) of a beeper with 3.1 kHz. */
export function beepClip(seconds = 2): Uint8Array {
  const samples = Float32Array.from({ length: seconds * 16_000 }, (_, at) =>
    at % 16_000 < 8_000 ? 0.3 * Math.sin((2 * Math.PI * 3_100 * at) / 16_000) : 0,
  );
  return writeWav([samples], { sampleRate: 16_000 });
}
