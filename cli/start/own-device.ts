import { hostname } from 'node:os';
import type { Cloud } from '@earshot/cloud/main.ts';
import { type Credentials, credentialsFile } from '@earshot/device/uplink/credentials.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';

/** The device of this very machine: paired at the first start, the same one at every other. */
export async function ownDevice(
  cloud: Cloud,
  home: string,
  report: (error: EarshotError) => void,
): Promise<Credentials> {
  const { url } = cloud;
  const file = credentialsFile(home, report);
  const known = await file.read();
  if (known && (await isStillPaired(cloud, known.deviceId))) return { ...known, url };
  const { token, id, homeName } = await cloud.firstHome.pairDevice({
    name: hostname().slice(0, 60) || 'This machine',
    room: '',
  });
  const credentials = { url, token, deviceId: id, homeName };
  await file.write(credentials);
  return credentials;
}

/** The homeowner may have removed it in the app, or the cloud's database may be another one. */
async function isStillPaired(cloud: Cloud, deviceId: string): Promise<boolean> {
  const { queries } = cloud.parts.database;
  const token = await queries.selectFrom('tokens').select('hash').where('subjectId', '=', deviceId).executeTakeFirst();
  return token !== undefined;
}
