/**
 * Measures the CPU time of the device and of YAMNet as Frigate runs it, alternately in one run:
 *
 *   EARSHOT_YAMNET=yamnet.tflite EARSHOT_CORPUS=corpus npm run bench:device [-- --whole-day] [--release DIR]
 *
 * The exit status is 1 when a target of docs/device.md is missed. Ratios carry over from machine to machine;
 * milliseconds do not.
 */
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { daemonCost } from './daemon.ts';
import { accountOf } from './missed.ts';
import { bytesOf, Path } from './path.ts';
import { busyMinute, dayAtHome, type DayEvent } from './sounds.ts';
import { stages } from './stages.ts';
import { Yamnet } from './yamnet.ts';

const BARS = { everyFrame: 1.0, gatedDay: 0.15, rssMb: 110, fourSources: 3 };
const ROUNDS = 9;
/** These first rounds are not counted: V8 has not compiled all of the code yet, and a daemon runs for years. */
const WARM_UP_ROUNDS = 10;

const { values: flags } = parseArgs({
  options: {
    release: { type: 'string', default: fileURLToPath(new URL('../../release', import.meta.url)) },
    'whole-day': { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
let failed = 0;

function judge(what: string, value: number, bar: number, unit: string): void {
  const holds = value <= bar;
  if (!holds) failed++;
  say(`${holds ? 'holds ' : 'FAILS '} ${what}: ${value.toFixed(2)}${unit} (target ${bar}${unit})`);
}

const network = await Network.load(await loadRelease(flags.release));
const yamnet = process.env.EARSHOT_YAMNET ? await Yamnet.open(process.env.EARSHOT_YAMNET) : null;
if (!yamnet) say('EARSHOT_YAMNET is not set, so nothing is compared with YAMNet.');

try {
  const yamnetMs = await everyFrame();
  await gatedDay(yamnetMs);
  await wholeDaemon();
} finally {
  yamnet?.close();
  await network.close();
}
process.exitCode = failed > 0 ? 1 : 0;

/** Runs rounds of both detectors alternately. Returns the figures of YAMNet. */
async function everyFrame(): Promise<number | null> {
  const minute = busyMinute();
  const bytes = bytesOf(minute);
  const path = new Path(network, false);
  const ours: number[] = [];
  const theirs: number[] = [];
  const ratios: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const our = (await path.hear(bytes)) / 60;
    const their = yamnet ? await yamnet.round() : NaN;
    if (round < 0) continue;
    ours.push(our);
    theirs.push(their);
    ratios.push(our / their);
  }
  say(
    `\nevery frame computed, ${network.labels.length} heads: ${median(ours).toFixed(3)} ms of CPU per second of audio`,
  );
  const cost = await stages(network, bytes, minute);
  for (const [name, ms] of Object.entries(cost)) say(`  ${name.padEnd(18)} ${ms.toFixed(3)} ms`);
  const rest = median(ours) - Object.values(cost).reduce((sum, ms) => sum + ms, 0);
  say(`  decisions and rest ${rest.toFixed(3)} ms`);
  if (!yamnet) return null;
  say(`YAMNet (TFLite, one thread, windows of 0.975 s): ${median(theirs).toFixed(3)} ms of CPU per second of audio`);
  judge('every frame computed, as a share of YAMNet', median(ratios), BARS.everyFrame, ' x');
  return median(theirs);
}

/**
 * Measures the CPU time of a day in a home with the energy gate on. Also counts the events that the gate misses, on a
 * day with an alarm or a broken window in every five minutes.
 */
async function gatedDay(yamnetMs: number | null): Promise<void> {
  const corpus = process.env.EARSHOT_CORPUS;
  const day = { corpus, whole: flags['whole-day'], signal: new AbortController().signal };
  const calm = new Path(network, true);
  let [cpu, seconds] = [0, 0];
  for await (const { samples } of dayAtHome({ ...day, planted: 'never' })) {
    cpu += await calm.hear(bytesOf(samples));
    seconds += samples.length / 16_000;
  }
  const [gated, open] = [new Path(network, true), new Path(network, false)];
  const events: DayEvent[] = [];
  let atS = 0;
  for await (const piece of dayAtHome({ ...day, planted: 'often' })) {
    for (const { label, startS, endS } of piece.events) events.push({ label, startS: atS + startS, endS: atS + endS });
    const bytes = bytesOf(piece.samples);
    await gated.hear(bytes);
    await open.hear(bytes);
    atS += piece.samples.length / 16_000;
  }
  const slept = (path: Path) => (100 * path.sleptRatio).toFixed(0);
  say(
    `\na ${corpus ? 'house day' : 'plain day (EARSHOT_CORPUS is not set)'}, ${(seconds / 3600).toFixed(1)} h of it, energy gate on: ${(cpu / seconds).toFixed(3)} ms of CPU per second of audio; the network slept ${slept(calm)} % of the time`,
  );
  if (yamnetMs !== null)
    judge('a day with the energy gate, as a share of YAMNet', cpu / seconds / yamnetMs, BARS.gatedDay, ' x');
  const { found, missed } = accountOf(events, open, gated);
  say(
    `a day with an alarm or a broken window in every five minutes (the network slept ${slept(gated)} % of the time): ${events.length} events, ${found.length} found with every frame computed`,
  );
  judge('events missed because of the gate', missed.length, 0, '');
  for (const { label, startS } of missed) say(`       ${label} at ${startS.toFixed(0)} s`);
}

async function wholeDaemon(): Promise<void> {
  say('\nthe daemon itself, measured in real time:');
  const sound = busyMinute();
  const one = await daemonCost(flags.release, sound, 1, false, 20);
  const four = await daemonCost(flags.release, sound, 4, false, 20);
  say(
    `  with every frame computed, one source takes ${one.cpuPercent.toFixed(2)} % of a core; four sources take ${four.cpuPercent.toFixed(2)} % and ${four.rssMb.toFixed(0)} MB`,
  );
  judge(`memory with ${network.labels.length} heads`, one.rssMb, BARS.rssMb, ' MB');
  judge('CPU for four sources, as a multiple of one source', four.cpuPercent / one.cpuPercent, BARS.fourSources, ' x');
}
