import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { readConfiguration } from '@earshot/device/settings/configuration.ts';
import { credentialsFile, type Credentials } from '@earshot/device/uplink/credentials.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';
import { bad, type Finding, lack, ok } from './finding.ts';

const place = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ANSWER_WITHIN_MS = 5_000;
/** Signed links are valid for minutes, so a clock that differs more than this makes them invalid. */
const MOST_SKEW_MS = 60_000;

/** Loads ONNX Runtime and the release's network, and closes it again. */
export async function checkNetwork(releaseDir = place('models/release')): Promise<Finding> {
  try {
    const release = await loadRelease(releaseDir);
    const network = await Network.load(release);
    await network.close();
    return ok('network', `ONNX Runtime runs release ${release.manifest.version}`);
  } catch (thrown) {
    const error = asEarshotError(thrown, 'RELEASE_BROKEN', 'ONNX Runtime');
    return bad('network', error.message, error.todo);
  }
}

export function checkApp(folder = place('cloud/web/dist')): Finding {
  return existsSync(join(folder, 'index.html')) ? ok('app', 'is built') : bad('app', 'is not built', 'npm run prepare');
}

/** Checks the cloud with which this machine's device is paired. */
export async function checkCloudReach(home: string, withinMs = ANSWER_WITHIN_MS): Promise<Finding> {
  let paired: Credentials | null;
  try {
    const damage: EarshotError[] = [];
    paired = await credentialsFile(home, (error) => damage.push(error)).read();
    const [first] = damage;
    if (first) return bad('cloud', first.message, first.todo);
  } catch (thrown) {
    const error = asEarshotError(thrown, 'DISK_UNWRITABLE', home);
    return bad('cloud', error.message, error.todo);
  }
  if (!paired)
    return lack(
      'cloud',
      'this device is not paired with a cloud',
      '`npm start` pairs it with a cloud on this machine; for another cloud: npx earshot device pair CODE --cloud URL.',
    );
  const address = await addressOf(home, paired);
  if (typeof address !== 'string') return address;
  try {
    const response = await fetch(new URL('/healthz', address), { signal: AbortSignal.timeout(withinMs) });
    const theirMs = Date.parse(response.headers.get('date') ?? '');
    const skewMs = Number.isNaN(theirMs) ? 0 : Math.abs(Date.now() - theirMs);
    if (!response.ok) return bad('cloud', `${address} answers ${response.status}`, "Read the cloud's log.");
    if (skewMs > MOST_SKEW_MS)
      return bad(
        'cloud',
        `its clock and this machine's clock differ by ${Math.round(skewMs / 1_000)} s`,
        'Set whichever clock is wrong.',
      );
    if (await refusesToken(address, paired.token, withinMs))
      return lack(
        'cloud',
        `${address} answers, but does not know this device`,
        `Make a code in the app (Settings, Pair a phone or device), then: npx earshot device pair CODE --cloud ${address}. Until then candidates are kept on disk.`,
      );
    return ok('cloud', `${address} answers; paired with ${paired.homeName}`);
  } catch {
    return lack(
      'cloud',
      `${address} cannot be reached`,
      'Start it (npm start, or npx earshot cloud), or check the address and the network; until then candidates are kept on disk.',
    );
  }
}

/**
 * Whether the cloud refuses the device's token, for example because another cloud now uses the address. Sends an empty heartbeat: the
 * cloud checks the token first, then rejects the empty body, so nothing changes there.
 */
async function refusesToken(address: string, token: string, withinMs: number): Promise<boolean> {
  const response = await fetch(new URL('/v1/heartbeat', address), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(withinMs),
  });
  return response.status === 401;
}

/** The cloud's address from the settings or, without one there, from the pairing. A finding when the two name different clouds. */
async function addressOf(home: string, paired: Credentials): Promise<string | Finding> {
  try {
    const { cloud } = await readConfiguration(home, process.env);
    if (cloud === '') return paired.url;
    if (new URL(cloud).origin === new URL(paired.url).origin) return cloud;
    return bad(
      'cloud',
      `the settings name the cloud ${cloud}, but this device is paired with ${paired.url}`,
      `npx earshot device pair CODE --cloud ${cloud}, or remove cloud from device.conf and EARSHOT_CLOUD from the environment.`,
    );
  } catch (thrown) {
    const error = asEarshotError(thrown, 'SETTING_INVALID', home);
    return bad('cloud', error.message, error.todo);
  }
}
