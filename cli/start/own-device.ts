import { hostname } from 'node:os';
import type { Cloud } from '@earshot/cloud/main.ts';
import { type Credentials, credentialsFile } from '@earshot/device/uplink/credentials.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';

/** The device of this machine: it is paired at the first start, and used again at every later start. */
export async function ownDevice(
  cloud: Cloud,
  home: string,
  report: (error: EarshotError) => void,
): Promise<Credentials> {
  const { url } = cloud;
  const file = credentialsFile(home, report);
  const known = await file.read();
  if (known && (await isStillPaired(cloud, known.deviceId))) {
    const current = { ...known, url };
    // The cloud may have another port now, and `earshot device` and `earshot doctor` read the address from the file.
    // When it cannot be saved, Earshot reports the error and listens all the same.
    if (known.url !== url)
      await file.write(current).catch((thrown: unknown) => report(asEarshotError(thrown, 'DISK_UNWRITABLE', home)));
    return current;
  }
  const { token, id, homeName } = await cloud.firstHome.pairDevice({
    name: hostname().slice(0, 60) || 'This machine',
    room: '',
  });
  const credentials = { url, token, deviceId: id, homeName };
  await file.write(credentials);
  return credentials;
}

/** The pairing is void when the homeowner removed the device in the app, or when the cloud has another database now. */
async function isStillPaired(cloud: Cloud, deviceId: string): Promise<boolean> {
  const { queries } = cloud.parts.database;
  const token = await queries.selectFrom('tokens').select('hash').where('subjectId', '=', deviceId).executeTakeFirst();
  return token !== undefined;
}
