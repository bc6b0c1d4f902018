import { join } from 'node:path';
import { z } from 'zod';
import { PairingCode } from '@earshot/shared/contracts/device.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { StateFile } from '../disk/state-file.ts';
import { pair } from './cloud-client.ts';

/** The cloud to which this device belongs, and the device's token for it. */
export const Credentials = z.object({ url: z.url(), token: z.string(), deviceId: z.string(), homeName: z.string() });
export type Credentials = z.infer<typeof Credentials>;

export const credentialsFile = (home: string, report: (error: EarshotError) => void): StateFile<Credentials> =>
  new StateFile(join(home, 'device', 'cloud.json'), Credentials, report);

export interface PairOptions {
  home: string;
  url: string;
  code: string;
  name: string;
  room: string;
}

/** Exchanges the pairing code that the app shows for a token of this device, and stores the token. */
export async function pairDevice(
  { home, url, code, name, room }: PairOptions,
  signal: AbortSignal,
): Promise<Credentials> {
  const wellFormed = PairingCode.safeParse(code);
  if (!wellFormed.success)
    throw new EarshotError('USAGE', `"${code}" is not a pairing code. ${wellFormed.error.issues[0]?.message ?? ''}.`);
  const { token, id, homeName } = await pair(url, { code, name, room }, signal);
  const credentials = { url, token, deviceId: id, homeName };
  await credentialsFile(home, () => undefined).write(credentials);
  return credentials;
}
