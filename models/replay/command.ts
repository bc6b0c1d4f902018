import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { exitStatusOf, type StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { wholeNumber } from '@earshot/shared/option-values.ts';
import { makeOutputFolder } from '@earshot/shared/output-folder.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import type { Policy } from './gate/gate-policy.ts';
import type { PlayMode } from './play/play-list.ts';
import { PEERS, type PeerName } from './peers/open-peer.ts';
import { PROVING_SETS, type ProvingSet } from './proving/proving-set.ts';
import type { Stage } from './metrics/product.ts';
import type { ScoreFlags } from './score-files.ts';

const RELEASE = fileURLToPath(new URL('../release', import.meta.url));

interface ReplayFlags {
  labels?: string;
  map?: string;
  split?: string;
  release: string;
  stage: Stage;
  level: Level;
  stream?: boolean;
  scenes?: number;
  snr?: number[];
  houseDays?: number;
  made?: boolean;
  policy?: string;
  gate: boolean;
  against?: string;
  on: 'threads' | 'queue';
  with: PeerName[];
  workers: number;
  seed: number;
  out: string;
}

/** `earshot replay`, `score` and `gate`: commands that operators run by hand and in CI. */
export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('replay')
    .description(
      'Play a corpus through the device and the verifier, and report what they found, missed and falsely reported.',
    )
    .argument('[corpus]', 'folder of a corpus (docs/corpus.md), or one recording; not with --made')
    .option('--made', 'play scenes or house days of sounds that are made by code, without a corpus')
    .option(
      '--labels <file>',
      'CSV, TSV, or a folder of Audacity label tracks (found automatically if it has a usual name)',
    )
    .option(
      '--map <file>',
      'JSON that maps each label of the corpus to a label of Earshot, or lists the labels of Earshot whose score ignores it',
    )
    .option('--split <name>', 'play only this split of manifest.csv')
    .option('--release <dir>', 'folder of the model release', RELEASE)
    .addOption(
      new Option('--stage <stage>', 'play through the device alone, or through device and verifier')
        .choices(['device', 'both'])
        .default('both'),
    )
    .addOption(new Option('--level <level>', 'sensitivity').choices(LEVELS).default('medium'))
    .option(
      '--stream',
      "play all clips one after the other and keep the detector's state; otherwise each clip starts with a fresh state",
    )
    .option(
      '--scenes <n>',
      'play this many scenes of sixteen seconds instead: events in rooms, with background noise',
      wholeNumber(1),
    )
    .option('--snr <dB...>', 'signal-to-noise ratios of the scenes in dB, used in turn (otherwise random)', decibels)
    .option(
      '--house-days <n>',
      'play this many simulated days of homes without alarms instead, to count false alerts per day',
      wholeNumber(1),
    )
    .option('--no-gate', 'compute every frame; otherwise the network skips quiet frames, as on the device')
    .option(
      '--against <dir>',
      'compare with the release in this folder; the report says which differences are significant',
    )
    .addOption(
      new Option(
        '--with <peers...>',
        'other detectors to play, scored by the same rules (yamnet: EARSHOT_YAMNET, teacher: EARSHOT_TEACHER)',
      )
        .choices(PEERS)
        .default([]),
    )
    .addOption(
      new Option(
        '--on <where>',
        "play on threads of this machine, or on all `earshot replay-worker`s that read the cloud's queue",
      )
        .choices(['threads', 'queue'])
        .default('threads'),
    )
    .option('--workers <n>', 'number of threads', wholeNumber(1), availableParallelism())
    .option('--seed <n>', 'seed of all random choices: order of the clips, scenes, house days', wholeNumber(1), 1)
    .option('--policy <file>', 'check the report against this policy, as `earshot gate` does')
    .option('--out <dir>', 'folder for the report (required)')
    .action(async (corpus: string | undefined, flags: ReplayFlags, command: Command) => {
      const mode = modeOf(command, flags);
      needCorpus(command, corpus, flags, mode);
      need(command, '--out <dir>', flags.out);
      // Read the policy before anything is played, so that a mistake in it is reported at once.
      const policy = flags.policy === undefined ? null : await policyIn(flags.policy);
      await makeOutputFolder('--out', flags.out);
      const { isOneRecording, replay } = await import('./replay.ts');
      const { replayMade } = await import('./replay-made.ts');
      const { summaryOf } = await import('./report/summary.ts');
      const { release, ...rest } = flags;
      // After Ctrl-C the run stops at the end of the session that is playing.
      const signal = stopSignal();
      const options = { ...rest, releaseDir: release, mode, signal };
      const played = corpus === undefined ? replayMade(options) : replay({ ...options, corpus });
      const results = await played.catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return null;
      });
      if (results === null) {
        process.stderr.write('Stopped. Run the same command again to continue from here.\n');
        process.exitCode = exitStatusOf(signal);
        return;
      }
      process.stdout.write(summaryOf(results, flags.out));
      // Damaged recordings are tolerated in a corpus, but not when the command plays a single recording.
      const damaged = results.run.sessions.some(({ problems }) => problems.some(({ code }) => code !== undefined));
      if (damaged && corpus !== undefined && isOneRecording(corpus)) process.exitCode = 1;
      if (policy !== null) await holdTo(policy, flags.out);
    });

  program
    .command('replay-worker')
    .description("Play shards of replays from the cloud's queue; any number of these workers may run at the same time.")
    .option(
      '--cache <dir>',
      'folder in which recordings are kept for later shards',
      join(tmpdir(), 'earshot-replay-worker'),
    )
    .option('--idle <seconds>', 'end after this time without work (otherwise never)', seconds)
    .action(async (flags: { cache: string; idle?: number }) => {
      const { openFleet } = await import('./fleet/fleet.ts');
      const { runReplayWorker } = await import('./fleet/worker.ts');
      const fleet = await openFleet(process.env);
      try {
        const onShard = (line: string) => void process.stderr.write(`${line}\n`);
        await runReplayWorker({
          fleet,
          cache: flags.cache,
          idleMs: flags.idle === undefined ? null : flags.idle * 1_000,
          onShard,
          signal: stopSignal(),
        });
      } finally {
        await fleet.close();
      }
    });

  program
    .command('proving')
    .description(
      'Test a release with sounds that no training used: alarms, appliances, pairs of alarms, or streams that are shifted in time.',
    )
    .addArgument(new Argument('<set>', 'the set of sounds to play').choices(PROVING_SETS))
    .option('--release <dir>', 'folder of the model release', RELEASE)
    .addOption(
      new Option('--stage <stage>', 'play through the device alone, or through device and verifier')
        .choices(['device', 'both'])
        .default('both'),
    )
    .addOption(new Option('--level <level>', 'sensitivity').choices(LEVELS).default('medium'))
    .option('--seed <n>', 'seed of the random sounds', wholeNumber(1), 1)
    .option('--count <n>', 'play only the first N sounds of the set', wholeNumber(1))
    .option('--json', 'print JSON lines instead of the summary')
    .option('--check', 'exit status 1 when the release does not meet a requirement')
    .action(async (set: ProvingSet, flags: ProvingFlags) => {
      const { runProving } = await import('./proving/run-proving.ts');
      const { release, json, check, ...rest } = flags;
      const options = { ...rest, releaseDir: release, signal: stopSignal() };
      const { text, lines, passed } = await runProving(set, options);
      process.stdout.write(json ? lines : text);
      if (check && !passed) process.exitCode = 1;
    });

  program
    .command('score')
    .description("Score the annotations of a system against reference annotations (both TSV), by sed_eval's rules.")
    .argument('<reference>', 'TSV with the columns filename, onset, offset, event_label')
    .argument('<estimated>', 'TSV of the system to be scored, with the columns of the reference')
    .option('--json', 'print the figures as JSON')
    .option('--collar <seconds>', 'largest allowed difference between an onset and its reference', seconds, 0.5)
    .option('--offsets', 'require the offset to match, too')
    .option('--segment <seconds>', 'length of a segment in segment-based scores', seconds, 1)
    .addOption(
      new Option('--files <which>', 'score all files, or only those of the reference')
        .choices(['union', 'reference'])
        .default('union'),
    )
    .action(async (reference: string, estimated: string, flags: ScoreFlags) => {
      const { scoreFiles } = await import('./score-files.ts');
      process.stdout.write(await scoreFiles(reference, estimated, flags));
    });

  program
    .command('gate')
    .description(
      "Check a replay's report against a policy. Lists the unmet requirements. Exit status 1 if there is one, 3 if too few house days were played for a decision.",
    )
    .argument('<dir>', 'the folder that `earshot replay --out` wrote')
    .option(
      '--policy <file>',
      'the requirements, as JSON (required); an example is models/replay/gate/test-audio-policy.json',
    )
    .action(async (dir: string, { policy }: { policy: string }, command: Command) => {
      need(command, '--policy <file>', policy);
      await holdTo(await policyIn(policy), dir);
    });
}

const policyIn = async (path: string): Promise<Policy> => (await import('./gate/gate-policy.ts')).readPolicy(path);

/** Exit statuses of the gate. Status 2 is not used, because it means a wrong command line. */
const STATUS = { passed: 0, failed: 1, undecided: 3 };

/** Checks the report in a folder against a policy, and sets the exit status. */
async function holdTo(policy: Policy, dir: string): Promise<void> {
  const { checkPolicy } = await import('./gate/gate.ts');
  const { gateText, outcomeOf } = await import('./gate/check.ts');
  const { readReport } = await import('./gate/report-file.ts');
  const report = await readReport(dir);
  const checks = checkPolicy(policy, report);
  process.stdout.write(gateText(report.release, checks));
  const status = STATUS[outcomeOf(checks)];
  if (status !== 0) process.exitCode = status;
}

interface ProvingFlags {
  release: string;
  stage: Stage;
  level: Level;
  seed: number;
  count?: number;
  json?: boolean;
  check?: boolean;
}

function modeOf(command: Command, { stream, scenes, snr, houseDays }: ReplayFlags): PlayMode {
  const chosen = [stream === true, scenes !== undefined, houseDays !== undefined].filter(Boolean).length;
  if (chosen > 1) command.error('error: Use only one of --stream, --scenes and --house-days.');
  if (snr !== undefined && scenes === undefined) command.error("error: option '--snr' needs '--scenes <n>'");
  if (scenes !== undefined) return { kind: 'scenes', count: scenes, snrsDb: snr ?? [] };
  if (houseDays !== undefined) return { kind: 'house-days', count: houseDays };
  return { kind: stream ? 'stream' : 'clips' };
}

function decibels(text: string, before: number[] | undefined): number[] {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number (decibels).');
  return [...(before ?? []), value];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return value;
}

/** Throws unless a replay has either a corpus, or --made with scenes or house days, which need no corpus. */
function needCorpus(command: Command, corpus: string | undefined, { made }: ReplayFlags, { kind }: PlayMode): void {
  if (made !== true && corpus === undefined) command.error("error: missing required argument 'corpus'");
  if (made !== true) return;
  if (corpus !== undefined) command.error("error: option '--made' plays no corpus: give either a corpus or '--made'");
  if (kind !== 'scenes' && kind !== 'house-days')
    command.error("error: option '--made' needs '--scenes <n>' or '--house-days <n>'");
}

/**
 * Throws when a required option is missing. Commander's own requiredOption() is not used, because it is checked before
 * everything else and would hide a mistyped flag or a missing corpus.
 */
function need(command: Command, option: string, value: string | undefined): void {
  if (value === undefined) command.error(`error: required option '${option}' not specified`);
}
