import { CATALOGUE } from '@earshot/shared/errors.ts';
import type { Terminal } from '../start/terminal.ts';
import type { Finding } from './finding.ts';
import { checkApp, checkCloudReach, checkNetwork } from './installation.ts';
import { checkClock, checkDisk, checkNode, checkPort } from './machine.ts';
import { checkPackages } from './packages.ts';
import { checkMicrophone, checkTools } from './audio-tools.ts';

export interface DoctorOptions {
  home: string;
  /** Also check what the cloud needs: database, bucket and queue. */
  cloud: boolean;
  json: boolean;
}

const MARKS = { ok: 'ok  ', lack: '-   ', bad: 'BAD ' } as const;
/** The longest name: "cloud: database". */
const NAME_WIDTH = 15;
const START_PORT = 8080;

/** Checks everything that Earshot needs of a machine and prints advice; the exit status says whether Earshot can run here. */
export async function doctor({ home, cloud, json }: DoctorOptions, signal: AbortSignal): Promise<void> {
  const checks: Check[] = [
    ['node', () => checkNode()],
    ['network', () => checkNetwork()],
    ['app', () => checkApp()],
    ['packages', () => checkPackages()],
    ['tools', () => checkTools()],
    ['microphone', () => checkMicrophone(signal)],
    ['disk', () => checkDisk(home)],
    ['clock', () => checkClock()],
    ['port', () => checkPort(START_PORT)],
    ['cloud', () => checkCloudReach(home)],
    ...(cloud ? [["the cloud's parts", () => checkCloudParts(home)] satisfies Check] : []),
  ];
  const findings = await examine(checks, json ? null : process.stdout);
  process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : `\nNext: ${nextStep(findings)}\n`);
  const trouble = troubleOf(findings);
  if (trouble === null) return;
  process.stderr.write(`${trouble}\n`);
  process.exitCode = CATALOGUE.SETTING_INVALID.exit;
}

/** A check and its name, which the line that shows progress contains. */
export type Check = [name: string, run: () => Finding | Finding[] | Promise<Finding | Finding[]>];

/** Runs the checks in turn and prints each finding as it comes; a screen also shows what is being checked. Null: prints nothing. */
export async function examine(checks: readonly Check[], out: Terminal | null): Promise<Finding[]> {
  const clearLine = out?.isTTY ? '\r\x1b[K' : '';
  const findings: Finding[] = [];
  for (const [name, run] of checks) {
    if (out?.isTTY) out.write(`${clearLine}… ${name}`);
    const found = [await run()].flat();
    for (const finding of found) out?.write(`${clearLine}${lineOf(finding)}\n`);
    findings.push(...found);
  }
  return findings;
}

/** The last line when Earshot cannot run. The advice is in the findings. */
export function troubleOf(findings: readonly Finding[]): string | null {
  const wrong = findings.filter(({ state }) => state === 'bad').map(({ name }) => name);
  return wrong.length === 0 ? null : `Earshot cannot run here yet. Fix what is marked BAD first: ${wrong.join(', ')}.`;
}

/** Optional parts that are missing. The finding of each says what to do. */
const OPTIONAL = new Set(['arecord', 'sox', 'ffmpeg', 'packages', 'microphone', 'port']);

/** The one thing to do next: first repair what is wrong, then install what is missing, then set up the app. */
export function nextStep(findings: readonly Finding[]): string {
  const first =
    findings.find(({ state }) => state === 'bad') ??
    findings.find(({ name, state }) => state === 'lack' && !OPTIONAL.has(name));
  if (first) return `${first.name}: ${first.todo ?? first.says}`;
  return 'open the app and make a phone ring (Settings, "Ways to reach you"), then test your alarms (Settings, "Test my alarms").';
}

async function checkCloudParts(home: string): Promise<Finding[]> {
  const { checkCloud } = await import('@earshot/cloud/check-cloud.ts');
  const checks = await checkCloud({ ...process.env, EARSHOT_HOME: home });
  return checks.map(({ name, ok, says, todo }) => ({ name: `cloud: ${name}`, state: ok ? 'ok' : 'bad', says, todo }));
}

export function lineOf({ name, state, says, todo }: Finding): string {
  return `${MARKS[state]}${name.padEnd(NAME_WIDTH)} ${says}${todo === null ? '' : `\n${' '.repeat(NAME_WIDTH + 5)}-> ${todo}`}`;
}
