import QRCode from 'qrcode';
import type { CloudConfig } from '@earshot/cloud/config.ts';
import type { Cloud } from '@earshot/cloud/main.ts';
import { phoneAddress } from './phone-address.ts';
import type { Reporter } from './reporter.ts';

export interface Started {
  cloud: Cloud;
  config: CloudConfig;
  /** What is listened to, in words. */
  listen: string;
  release: string;
}

/** The first lines: what listens, where the app is, and how to get in. */
export async function welcome({ cloud, config, listen, release }: Started, reporter: Reporter): Promise<void> {
  const { code } = await cloud.firstHome.phoneCode();
  const { url } = cloud;
  reporter.event({ type: 'started', url, listen, release, pairingCode: code });
  const reachable = phoneAddress(url, config);
  const pairUrl = new URL(`/pair?code=${code}`, reachable ?? url).href;
  const shown = `${code.slice(0, 4)}-${code.slice(4)}`;
  reporter.note(`Open this within 10 minutes, in a browser or with a phone's camera: ${pairUrl} (code ${shown})`);
  reporter.note(await QRCode.toString(pairUrl, { type: 'terminal', small: true }));
  if (reachable === null)
    reporter.note(
      'Only this machine reaches that address. For phones in the same network: EARSHOT_HOST=0.0.0.0 npm start',
    );
  reporter.note('Ctrl-C stops it; nothing is lost.');
}
