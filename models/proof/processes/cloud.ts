/**
 * A process of the cloud that the proof kills: `node cloud.ts api|worker`, configured by environment variables like the
 * real processes. Prints "ready URL". The API process also sends the notifications.
 */
import { once } from 'node:events';
import { FileClipStore } from '@earshot/cloud/clips/file-store.ts';
import { readCloudConfig } from '@earshot/cloud/config.ts';
import { Registrar } from '@earshot/cloud/incidents/registrar.ts';
import { cloudLog } from '@earshot/cloud/cloud-log.ts';
import { createCloud } from '@earshot/cloud/main.ts';
import { NotificationOutbox } from '@earshot/cloud/notify/notification-outbox.ts';
import { NtfyNotifier } from '@earshot/cloud/notify/ntfy.ts';
import { DatabaseQueue } from '@earshot/cloud/queue/database-queue.ts';
import { SqsQueue } from '@earshot/cloud/queue/sqs-queue.ts';
import { CandidateVerification } from '@earshot/cloud/verifier/candidate-verification.ts';
import { ClipVerifier } from '@earshot/cloud/verifier/clip-verifier.ts';
import { ClipArrivals } from '@earshot/cloud/verifier/intake/clip-arrivals.ts';
import { installKillSwitch, type KillPoint } from './kill-switch.ts';

const role = process.argv[2] === 'worker' ? 'worker' : 'api';
const config = readCloudConfig(process.env);
const queue = config.queue.kind === 'sqs' ? SqsQueue.prototype : DatabaseQueue.prototype;
const store = config.clips.kind === 's3' ? ClipArrivals.prototype : FileClipStore.prototype;

const POINTS: Record<typeof role, readonly KillPoint[]> = {
  api: [
    { step: 'commit', of: Registrar.prototype, method: 'register' },
    { step: 'store', of: store, method: config.clips.kind === 's3' ? 'look' : 'put' },
    { step: 'enqueue', of: queue, method: 'send' },
    { step: 'take', of: NotificationOutbox.prototype, method: 'take' },
    { step: 'send', of: NtfyNotifier.prototype, method: 'send' },
    { step: 'note', of: NotificationOutbox.prototype, method: 'sent' },
  ],
  worker: [
    { step: 'lease', of: queue, method: 'receive' },
    { step: 'verify', of: ClipVerifier.prototype, method: 'score' },
    { step: 'verdict', of: CandidateVerification.prototype, method: 'verify' },
    { step: 'ack', of: queue, method: 'ack' },
  ],
};
installKillSwitch(POINTS[role]);

const cloud = await createCloud({ config, roles: [role], log: cloudLog(config.logLevel, 2) });
process.stdout.write(`ready ${cloud.url}\n`);
await once(process, 'SIGTERM');
await cloud.stop();
process.exit();
