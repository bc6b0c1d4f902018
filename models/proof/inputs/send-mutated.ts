import { setTimeout as sleep } from 'node:timers/promises';
import { readClip } from '@earshot/cloud/verifier/clip-format.ts';
import { beepClip, TestClient } from '@earshot/cloud/testing/test-client.ts';
import { startTestCloud } from '@earshot/cloud/testing/test-cloud.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { mutateBytes, mutateValue } from './mutate.ts';
import { valueOf, type Schema } from './from-schema.ts';

interface Operation {
  name: string;
  method: string;
  path: string;
  /** Who may call the operation: device, member, operations or anyone. */
  caller: string;
  body: unknown;
}

export interface Findings {
  requests: number;
  clips: number;
  /** How many requests got each status; "closed": the server ended the connection. */
  statuses: Record<string, number>;
  /** Answers and errors that no input may cause: 5xx, no answer, a decoder's error that is not in the catalogue. */
  faults: string[];
}

/**
 * Operations that are never called: they would delete the home or the session that other requests need, or never end.
 */
const LEFT_OUT = /^(DELETE \/v1\/(home|session)|GET .*\/(live|events|listen).*)$/;
const OPERATIONS_TOKEN = 'operations-of-the-proof-of-inputs';
const AT_ONCE = 16;
const TIMEOUT_MS = 15_000;
/** The clock advances by this much after each batch, so that rate limits do not refuse the requests. */
const BATCH_MS = 5_000;
/** The share of the inputs that are clips. */
const CLIP_SHARE = 0.2;
const MOST_FAULTS = 20;

/**
 * Sends `count` mutated requests to a real cloud over HTTP, and gives mutated clips to the verifier's decoder. An abort
 * of the signal ends the run early; the findings so far are returned.
 */
export async function sendMutated(
  count: number,
  seed: number,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<Findings> {
  const random = seededRandom(seed);
  const clock = new FakeClock(Date.now());
  await using server = await startTestCloud({ clock, env: { EARSHOT_OPERATIONS_TOKEN: OPERATIONS_TOKEN } });
  const { url } = server.cloud;
  const box = await TestClient.pair(url, (await server.cloud.firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  const ann = await TestClient.pair(url, (await server.cloud.firstHome.phoneCode()).code, 'member', 'Ann');
  const operations = await operationsOf(url);
  const findings: Findings = { requests: 0, clips: 0, statuses: {}, faults: [] };
  const tokens: Record<string, string> = {
    device: box.token,
    member: ann.token,
    operations: OPERATIONS_TOKEN,
    anyone: '',
  };
  const clip = beepClip(0.5);
  for (let done = 0; done < count && findings.faults.length < MOST_FAULTS && !signal?.aborted; done += AT_ONCE) {
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - done) }, async () => {
        if (random() < CLIP_SHARE) return decode(mutateBytes(random, clip), findings);
        const operation = operations[Math.floor(random() * operations.length)] as Operation;
        await send(url, operation, tokens[operation.caller] ?? '', random, findings);
      }),
    );
    await clock.advance(BATCH_MS);
    onProgress?.(Math.min(count, done + AT_ONCE));
  }
  const health = await fetch(`${url}/readyz`);
  if (!health.ok) findings.faults.push(`after all inputs, /readyz answers ${health.status}`);
  return findings;
}

function decode(bytes: Uint8Array, findings: Findings): void {
  findings.clips++;
  try {
    readClip(bytes);
  } catch (error) {
    if (!(error instanceof EarshotError)) findings.faults.push(`clip of ${bytes.length} bytes: ${String(error)}`);
  }
}

async function send(
  url: string,
  { name, method, path, caller, body }: Operation,
  token: string,
  random: () => number,
  findings: Findings,
): Promise<void> {
  findings.requests++;
  const isBytes = random() < 0.3;
  const json = JSON.stringify(isBytes ? body : mutateValue(random, body));
  const sent = body === undefined ? undefined : isBytes ? mutateBytes(random, Buffer.from(json)) : json;
  const headers = {
    ...(sent === undefined ? {} : { 'content-type': random() < 0.05 ? 'text/html' : 'application/json' }),
    ...(caller === 'anyone' ? {} : { authorization: `Bearer ${random() < 0.05 ? token.slice(1) : token}` }),
  };
  const odd = random() < 0.1 ? encodeURIComponent(String(mutateValue(random, 'x')).slice(0, 200).toWellFormed()) : null;
  const target =
    path.replace(/\{\w+\}/g, odd ?? '019b76db-9260-70cb-8553-f07142032dac') + (odd === null ? '' : `?limit=${odd}`);
  let status: string;
  try {
    const answer = await fetch(url + target, {
      method,
      headers,
      ...(sent === undefined ? {} : { body: sent as string | Uint8Array<ArrayBuffer> }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = String(answer.status);
    await answer.arrayBuffer();
  } catch (error) {
    status = (error as Error).name === 'TimeoutError' ? 'no answer' : 'closed';
  }
  findings.statuses[status] = (findings.statuses[status] ?? 0) + 1;
  if (status === 'closed') await sleep(1);
  if (/^5|no answer/.test(status))
    findings.faults.push(`${name}: ${method} ${target}: ${status}; body ${String(json).slice(0, 300)}`);
}

/**
 * Reads the operations from the OpenAPI description that the API serves, so that a new route is tested without a change
 * in this file.
 */
async function operationsOf(url: string): Promise<Operation[]> {
  const { paths } = (await (await fetch(`${url}/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Described>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId, tags, requestBody }]) => {
      if (LEFT_OUT.test(`${method.toUpperCase()} ${path}`)) return [];
      const schema = requestBody?.content['application/json']?.schema;
      const body = schema ? valueOf(schema) : undefined;
      const one = { name: operationId, method: method.toUpperCase(), path, caller: tags[0] ?? 'anyone', body };
      // An operation with a body is sent four times as often, because without a body there is little to mutate.
      return body === undefined ? [one] : [one, one, one, one];
    }),
  );
}

interface Described {
  operationId: string;
  tags: string[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
