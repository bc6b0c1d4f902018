import QRCode from 'qrcode';
import type { CloudConfig } from '@earshot/cloud/config.ts';
import type { Cloud } from '@earshot/cloud/main.ts';
import { phoneAddress } from './phone-address.ts';
import type { Reporter } from './reporter.ts';

export interface Started {
  cloud: Cloud;
  config: CloudConfig;
  /** The source in words. */
  listen: string;
  release: string;
}

/** The first lines: the source, the app's address, and how to pair. */
export async function welcome({ cloud, config, listen, release }: Started, reporter: Reporter): Promise<void> {
  const { code } = await cloud.firstHome.phoneCode();
  const { url } = cloud;
  reporter.event({ type: 'started', url, listen, release, pairingCode: code });
  const reachable = phoneAddress(url, config);
  const pairUrl = new URL(`/pair?code=${code}`, reachable ?? url).href;
  const shown = `${code.slice(0, 4)}-${code.slice(4)}`;
  if (reachable === null) {
    reporter.note(`Open this in a browser on this machine within 10 minutes: ${pairUrl} (code ${shown})`);
    // Print no QR code for an address that phones cannot reach.
    reporter.note('To open it on a phone in the same network: EARSHOT_HOST=0.0.0.0 npm start prints a QR code.');
  } else {
    reporter.note(`Scan this with a phone within 10 minutes, or open ${pairUrl} (code ${shown})`);
    reporter.note(await QRCode.toString(pairUrl, { type: 'terminal', small: true }));
  }
  reporter.note('Ctrl-C stops Earshot. Alerts and recordings are kept.');
}
