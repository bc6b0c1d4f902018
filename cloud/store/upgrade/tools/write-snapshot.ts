/**
 * Writes a snapshot file: the contents of a home's database at this commit, and the API's answers. Run it at a release: `node
 * cloud/store/upgrade/tools/write-snapshot.ts FILE`. Keep the file in the folder above: upgrade.contract.ts opens it with the current code.
 */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { writeWav } from '../../../../shared/audio/wav-write.ts';
import { makeCandidate } from '../../../../shared/testing/candidates.ts';
import { makeHeartbeat } from '../../../../shared/testing/heartbeats.ts';
import { clipKey } from '../../../clips/clip-store.ts';
import { TestClient } from '../../../testing/test-client.ts';
import { startTestCloud } from '../../../testing/test-cloud.ts';
import { MIGRATIONS } from '../../migrations.ts';

const SECRET = 'the secret of the home in the snapshot';
/** Tables in the order of insertion: a row's home, incident or member must be inserted before the row. */
const TABLES = [
  ...['homes', 'settings', 'members', 'devices', 'tokens', 'pairingCodes', 'incidents', 'candidates', 'clips'],
  ...['notifications', 'channels', 'automationEvents', 'alarmTests', 'deletions'],
] as const;
/** Requests that are made to the old cloud and again to the new cloud, to compare the answers. */
const PATHS = [
  '/v1/home',
  '/v1/settings',
  '/v1/devices',
  '/v1/members',
  '/v1/channels',
  '/v1/incidents',
  '/v1/alarm-tests',
];

await using server = await startTestCloud({ env: { EARSHOT_SECRET: SECRET, EARSHOT_LOG_LEVEL: 'silent' } });
const { url, firstHome, parts } = server.cloud;
const phone = await TestClient.pair(url, (await firstHome.phoneCode()).code, 'member', 'Ann');
const { code } = await phone.call<{ code: string }>('POST', '/v1/pairing-codes', { kind: 'member' });
await TestClient.pair(url, code, 'member', 'Bob');
const box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
await box.call('POST', '/v1/heartbeat', makeHeartbeat({ siren: 'silent' }));
await phone.call('PATCH', '/v1/home', { name: 'Birch Street 4' });
await phone.call('PATCH', '/v1/settings', {
  mode: 'night',
  retentionDays: 365,
  contact: { name: 'Eve', phone: '+49 30 1' },
});
await phone.call('POST', '/v1/channels', { kind: 'ntfy', url: 'https://ntfy.example.test/topic' });

/** Only a tenth of a second of sound, to keep the file small. */
const clip = writeWav(
  Float32Array.from({ length: 1_600 }, (_, at) => 0.3 * Math.sin((2 * Math.PI * 3_100 * at) / 16_000)),
);
const ids: string[] = [];
for (const [label, test] of [
  ['smoke_alarm', true],
  ['glass_break', false],
  ['smoke_alarm', false],
] as const) {
  const candidate = makeCandidate(label, clip, { test });
  ids.push(candidate.id);
  await box.report(candidate, clip);
  await box.call('POST', `/v1/candidates/${candidate.id}/heard`, { heardAt: new Date().toISOString(), ended: true });
  await firstHome.settled(AbortSignal.timeout(20_000));
}
const { items } = await phone.call<{ items: { id: string; test: boolean; label: string }[] }>('GET', '/v1/incidents');
for (const { id, test, label } of items) {
  await phone.call('POST', `/v1/incidents/${id}/acknowledge`, { acknowledged: true });
  if (test) await phone.call('POST', '/v1/alarm-tests', { incidentId: id, deviceId: box.id, aboveRoomDb: 41 });
  if (label === 'glass_break') await phone.call('POST', `/v1/incidents/${id}/feedback`, { verdict: 'right' });
}

const answers: Record<string, unknown> = {};
for (const path of PATHS) answers[path] = await phone.call<object>('GET', path);
const rows: Record<string, unknown> = {};
for (const table of TABLES) rows[table] = await parts.database.queries.selectFrom(table).selectAll().execute();
const snapshot = {
  migration: Object.keys(MIGRATIONS).toSorted().at(-1),
  atMs: Date.now(),
  secret: SECRET,
  phoneToken: phone.token,
  clip: { keys: ids.map((id) => clipKey(phone.homeId, id)), base64: Buffer.from(clip).toString('base64') },
  answers,
  rows,
};
writeFileSync(argv[2] ?? 'snapshot.json', `${JSON.stringify(snapshot, null, 1)}\n`);
