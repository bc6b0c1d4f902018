/**
 * The device that the proof kills: the real outbox and the real delivery. Stores candidates of the labels in its
 * arguments, prints "safe ID" when one is on disk, and ends when the cloud has committed all of them. It also delivers
 * what an earlier process left in the outbox.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outbox } from '@earshot/device/outbox/outbox.ts';
import { RecordFolder } from '@earshot/device/outbox/record-folder.ts';
import { CloudClient } from '@earshot/device/uplink/cloud-client.ts';
import { Delivery } from '@earshot/device/uplink/delivery.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { beepClip } from '@earshot/cloud/testing/test-client.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { installKillSwitch } from './kill-switch.ts';

const [dir = '', url = '', token = '', labels = '', clipS = '2'] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);

installKillSwitch([
  { step: 'record', of: Outbox.prototype, method: 'put' },
  { step: 'fsync', of: await fileHandlePrototype(), method: 'sync' },
  { step: 'rename', of: promises, method: 'rename' },
  { step: 'register', of: CloudClient.prototype, method: 'register' },
  { step: 'upload', of: CloudClient.prototype, method: 'upload' },
  { step: 'remove', of: RecordFolder.prototype, method: 'remove' },
]);
syncBuiltinESMExports();

const outbox = new Outbox(dir, ({ message }) => say(`problem ${message}`));
await outbox.start();
const silent = {
  registered: () => undefined,
  delivered: () => undefined,
  refused: (_: unknown, { message }: Error) => say(`problem ${message}`),
  online: () => undefined,
  clipsFail: () => undefined,
};
const delivery = new Delivery(outbox, new CloudClient({ url, token }), systemClock, silent, () => new BackOff(50, 500));
const stop = new AbortController();
const delivering = delivery.run(stop.signal);
say('ready');
for (const label of labels.split(',').filter(Boolean)) {
  const clip = beepClip(Number(clipS));
  const candidate = makeCandidate(label, clip);
  await outbox.put({ candidate, clip });
  say(`safe ${candidate.id} ${label}`);
  delivery.wake(candidate.id);
}
while (outbox.stats().records > 0) await systemClock.sleep(10);
stop.abort();
await delivering;
say('empty');

async function fileHandlePrototype(): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-proof-'));
  const file = await open(join(folder, 'any'), 'w');
  const prototype = Object.getPrototypeOf(file) as object;
  await file.close();
  await rm(folder, { recursive: true });
  return prototype;
}
