/**
 * The process that the kill test kills. It fills an outbox and delivers from it at full speed, and prints each id that
 * is safe on disk.
 */
import { systemClock } from '@earshot/shared/clock.ts';
import { Outbox } from '../outbox/outbox.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { CloudClient } from '../uplink/cloud-client.ts';
import { Delivery } from '../uplink/delivery.ts';
import { makeRecord } from './candidates.ts';

const [dir = '', url = '', token = '', puts = '0'] = process.argv.slice(2);
const LABELS = ['smoke_alarm', 'glass_break', 'low_battery_chirp'];

const outbox = new Outbox(dir, (error) => void process.stdout.write(`problem ${error.message}\n`));
await outbox.start();
const silent = {
  registered: () => undefined,
  delivered: () => undefined,
  refused: () => undefined,
  online: () => undefined,
  clipsFail: () => undefined,
};
const delivery = new Delivery(outbox, new CloudClient({ url, token }), systemClock, silent, () => new BackOff(5, 20));
const stop = new AbortController();
const delivering = delivery.run(stop.signal);
process.stdout.write('ready\n');
for (let i = 0; i < Number(puts); i++) {
  const record = makeRecord(LABELS[i % LABELS.length], { clipBytes: 20_000 });
  await outbox.put(record);
  process.stdout.write(`safe ${record.candidate.id}\n`);
  delivery.wake(record.candidate.id);
}
while (outbox.stats().records > 0) await systemClock.sleep(5);
stop.abort();
await delivering;
process.stdout.write('empty\n');
