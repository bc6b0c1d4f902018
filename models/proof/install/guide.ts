import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandsAfter, commandsWith, splitBefore } from './document.ts';

/** The commands of README.md and docs/cloud.md for systemd services, word for word. */
export interface Guide {
  installCloud: string;
  /** Contains DEVICE-CODE: the device's pairing code, which the cloud's log shows. */
  installDevice: string;
  upgrade: string;
  backUp: string;
  restore: string;
  uninstall: string;
}

export async function readGuide(root: string): Promise<Guide> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const cloud = await readFile(join(root, 'docs', 'cloud.md'), 'utf8');
  const [installCloud, installDevice] = splitBefore(
    commandsWith(readme, '## Keep it running', 'systemctl enable'),
    'DEVICE-CODE',
  );
  const services = cloud.slice(cloud.indexOf('### As services of systemd'));
  return {
    installCloud,
    installDevice,
    upgrade: commandsAfter(services, 'Upgrade'),
    backUp: commandsAfter(services, 'Back up'),
    restore: commandsAfter(services, 'Restore'),
    uninstall: commandsAfter(services, 'Uninstall'),
  };
}
