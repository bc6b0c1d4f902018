import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '@earshot/shared/testing/servers.ts';
import { until } from '@earshot/cloud/testing/until.ts';
import { filledIn } from './document.ts';
import { readGuide } from './guide.ts';
import { Household } from './household.ts';
import { Machine, whatMachineLacks } from './machine.ts';
import { writeRecording } from './microphone.ts';

/**
 * `npm run proof:install`: follows README.md and docs/cloud.md word by word on a fresh Debian with systemd. Installs
 * the previous commit, reboots, upgrades to this commit, makes a backup, deletes all data, restores the backup and
 * uninstalls. After installation, reboot and upgrade an alarm is played. Prints each step; the exit status is 1 when
 * one fails. `-- --base DIR` uses the root folder of an installed Debian instead of a new one from debootstrap.
 */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RECORDING = '/srv/microphone.wav';
const ORIGIN = '/srv/earshot.git';
const UNITS = 'earshot-cloud earshot-device';

const { values } = parseArgs({ options: { base: { type: 'string' } } });
const lacks = await whatMachineLacks();
if (lacks !== null) {
  process.stdout.write(`SKIPPED: proof:install did not run, so nothing was tested. ${lacks}.\n`);
  process.exit(0);
}

const git = (...args: string[]) => execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8' }).trim();
const [previous, current] = [git('rev-parse', 'HEAD~1'), git('rev-parse', 'HEAD')];
const beganMs = Date.now();
const log = (line: string) =>
  process.stdout.write(`${String(Math.round((Date.now() - beganMs) / 1_000)).padStart(5)} s  ${line}\n`);

const npmCache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
await mkdir(join(npmCache, '_cacache'), { recursive: true });
const machine = new Machine({ dir: join(ROOT, '.cache', 'proof', 'install'), base: values.base, npmCache, log });
const household = new Household();
const guide = await readGuide(ROOT);
const port = String(await freePort());

/** Uses a free port: the container shares this machine's network, where the port in the documents may be in use. */
const onPort = (commands: string) => commands.replaceAll('8080', port);
const count = async () => (await household.history()).length;
const alarmAfter = async (what: string, before: number, rangBefore: number) => {
  await household.untilAlerted(before, rangBefore);
  log(`ok: ${what}: the alarm is verified and the phone rings`);
};

try {
  await machine.stop();
  await machine.make();
  await writeRecording(ROOT, join(machine.root, RECORDING));
  git('clone', '--quiet', '--bare', ROOT, join(machine.root, ORIGIN));
  await machine.boot();
  log('a fresh Debian has started');
  await machine.run(
    `cd ${ORIGIN} && git update-ref refs/heads/main ${previous} && git symbolic-ref HEAD refs/heads/main`,
  );
  const filesBefore = await files();

  log(`install ${previous.slice(0, 7)}, as README.md says`);
  await machine.run(
    onPort(filledIn(guide.installCloud, { '…': ORIGIN })).replace(
      'EARSHOT_HOST=0.0.0.0',
      `'EARSHOT_HOST=127.0.0.1\nEARSHOT_PORT=${port}'`,
    ),
  );
  const codes = await firstCodes();
  await household.join(`http://127.0.0.1:${port}`, codes.phone);
  await machine.run(`cd /opt/earshot\n${onPort(filledIn(guide.installDevice, { 'DEVICE-CODE': codes.device }))}`);
  await machine.run(`systemctl is-active ${UNITS}`);
  await household.untilOnline();
  log('ok: both services run, phone and device are paired');

  // The machine has no microphone. Its owner's settings name a recording instead.
  await machine.run(`echo 'listen = ${RECORDING}' >>/var/lib/earshot/device.conf && systemctl restart earshot-device`);
  await alarmAfter('after the installation', 0, 0);

  let [before, rang] = [await count(), household.rang];
  await machine.reboot();
  await machine.run(`systemctl is-active ${UNITS}`);
  await household.untilOnline();
  await alarmAfter('after a reboot', before, rang);

  log(`upgrade to ${current.slice(0, 7)}`);
  await machine.run(`git -C ${ORIGIN} update-ref refs/heads/main ${current}`);
  [before, rang] = [await count(), household.rang];
  const known = await history();
  await machine.run(guide.upgrade);
  const deployed = (await machine.run('git -C /opt/earshot rev-parse HEAD')).trim();
  if (deployed !== current) throw new Error(`${deployed} runs after the upgrade instead of ${current}`);
  await household.untilOnline();
  if (!(await history()).includes(known)) throw new Error('the upgrade changed the history');
  await alarmAfter('after the upgrade, which kept the history and the pairings', before, rang);

  await machine.run(guide.backUp);
  const saved = await history();
  log('ok: a backup is made while both services run');
  await machine.run(guide.restore);
  await household.untilOnline();
  if (!(await history()).includes(saved))
    throw new Error('the restored history differs from the one that was backed up');
  log('ok: after all data was deleted and restored, history and pairings are complete');

  await machine.run(guide.uninstall);
  await machine.run('rm /root/earshot.tar.gz');
  const left = (await files()).filter((file) => !filesBefore.includes(file));
  if (left.length > 0)
    throw new Error(`the uninstallation left ${left.length} files:\n${left.slice(0, 40).join('\n')}`);
  log('ok: nothing is left after the uninstallation');
  process.stdout.write(`proof:install: passed, from ${previous.slice(0, 7)} to ${current.slice(0, 7)}\n`);
} catch (error) {
  log(`FAILED: ${(error as Error).message}`);
  process.stdout.write(
    await machine.run(`journalctl --no-pager -n 40 -u earshot-cloud -u earshot-device`).catch(() => ''),
  );
  process.exitCode = 1;
} finally {
  await household.stop();
  await machine.stop();
}

/** All incidents, oldest first, as one text: when incidents are only added, the new text starts with the old one. */
async function history(): Promise<string> {
  const items = await household.history();
  return items
    .map(({ id, label, verdict, startedAt, evidence }) => `${id} ${label} ${verdict} ${startedAt} ${evidence.length}\n`)
    .reverse()
    .join('');
}

/** The pairing codes that the cloud's log shows at its start. */
async function firstCodes(): Promise<{ phone: string; device: string }> {
  let line: string | undefined;
  const isShown = async () => {
    const shown = await machine.run('journalctl -u earshot-cloud -o cat --no-pager');
    line = shown.split('\n').findLast((text) => text.includes('pairing codes'));
    return line !== undefined;
  };
  await until('the log shows the pairing codes', isShown, 600_000, 1_000);
  return JSON.parse(line ?? '{}') as { phone: string; device: string };
}

/**
 * All files, users and groups of the machine. Left out: what programs other than Earshot keep (logs, npm's and
 * systemd's own state, copies of the user database, Debian's daily backups) and folders that they share.
 */
async function files(): Promise<string[]> {
  const others =
    '^/(proc|sys|dev|run|tmp|srv)/|^/var/(log|tmp|cache|lib/systemd|lib/sudo)/|^/root/\\.npm/|^/etc/(passwd|shadow|group|gshadow|subuid|subgid)-$|^/etc/\\.pwd\\.lock$|^/var/backups/|^/etc/sysusers\\.d$|^/root/\\.cache$';
  const listed = await machine.run(
    `find / -xdev | grep -Ev '${others}'; sed 's/^/user /' /etc/passwd; sed 's/^/group /' /etc/group`,
  );
  return listed.split('\n');
}
