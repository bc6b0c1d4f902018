import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { requireCreatable } from '@earshot/shared/output-folder.ts';
import type { LabelDecision, Manifest } from '@earshot/shared/contracts/release.ts';
import type { Kept } from './calibrate-device.ts';
import type { PublishOptions } from './publishing/publish.ts';
import type { SigningKey } from './publishing/signing.ts';
import type { ReleaseParts } from './publishing/write-release.ts';
import { FULL, HEADS_ONLY, MORE, QUICK, VERIFIER_ONLY, type Recipe } from './recipe.ts';
import type { RunOptions } from './run-options.ts';

interface Flags {
  quick?: boolean;
  corpus?: string;
  from?: string;
  seed: number;
  work?: string;
  steps?: number;
  verifierOnly?: boolean;
  teacher?: string;
  decisionOnly?: boolean;
  thresholdsOnly?: boolean;
  labels?: string[];
  keepTrunk?: boolean;
}

const RELEASE = join(import.meta.dirname, '..', 'release');
const cacheFolder = (): string => process.env.EARSHOT_CACHE ?? join(homedir(), '.cache', 'earshot');

export function register(program: Command, stopSignal: StopSignal): void {
  withRunFlags(program.command('train'))
    .description(
      'Train a release: decode the corpus, render scenes, fit trunk and heads, calibrate, sign. To continue a killed run, start the same command again.',
    )
    .option('--out <dir>', 'where the release goes (default: the work folder)')
    .option('--from <release>', 'folder of a release: begin with its weights, which makes the run shorter')
    .option(
      '--teacher <file>',
      'a public AudioSet network (ONNX); the verifier learns from its answers in addition to the labels',
    )
    .option(
      '--steps <n>',
      "number of training steps of the device network instead of the recipe's number (with --verifier-only: of its hidden units; 0 then fits only the weights of its score and its thresholds)",
      wholeNumber,
    )
    .option(
      '--keep-trunk',
      'with --from: keep the trunk of that release unchanged and fit only its heads; sounds that homes have taught keep working',
    )
    .option('--device-only', 'train no verifier: use that of the release in models/release')
    .option(
      '--verifier-only',
      'with --from and --corpus: keep trunk and heads of that release unchanged, and train its verifier for the trained labels only, on what its device reports: hidden units, or for CO alarms, chirps and glass the sum of all names of its front; the embedding does not change, so sounds that homes have marked as harmless stay ignored (needs 8 GB of memory)',
    )
    .option(
      '--decision-only',
      'with --from and --corpus: keep the networks of that release unchanged, and fit its decision and thresholds again (takes three quarters of an hour)',
    )
    .option(
      '--thresholds-only',
      'with --from and --corpus: keep the networks of that release and the weights of its decision unchanged, and set its thresholds again, after a budget was changed; none can fall below the floor of the decision, which is kept, too (takes a quarter of an hour)',
    )
    .option(
      '--labels <label...>',
      'with --decision-only, --thresholds-only or --verifier-only: fit only these labels; the others keep their weights and thresholds (--decision-only and --thresholds-only count their figures again)',
    )
    .action(async (flags: TrainFlags) => {
      if (flags.decisionOnly || flags.thresholdsOnly) return trainDecisionOnly(flags, stopSignal());
      if (flags.verifierOnly) return trainVerifierOnly(flags, stopSignal());
      if (flags.labels)
        throw new EarshotError('USAGE', '--labels needs --decision-only, --thresholds-only or --verifier-only.');
      if (flags.keepTrunk && flags.from === undefined)
        throw new EarshotError('USAGE', '--keep-trunk needs --from RELEASE.');
      const [{ fitDevice }, { calibrateDevice }] = await Promise.all([
        import('./fit-device.ts'),
        import('./calibrate-device.ts'),
      ]);
      const run = await checkedRunOf(flags, stopSignal());
      await fitDevice(run);
      await calibrateDevice(run);
      if (!flags.deviceOnly) await (await import('./fit-verifier.ts')).fitVerifierOfRun(run, RELEASE);
      await publishTo(run, flags.out, flags.deviceOnly ? { verifierFrom: RELEASE } : {});
    });
  withRunFlags(program.command('calibrate'))
    .description(
      'Fit the decision and the thresholds of the network that a training left in its work folder, on held-back sounds and house days. For a release: train --decision-only or --thresholds-only.',
    )
    .action(async (flags: Flags) => {
      const { calibrateDevice } = await import('./calibrate-device.ts');
      await calibrateDevice(runOf(flags, stopSignal()));
    });
  withRunFlags(program.command('release'))
    .description(
      'Put trained and calibrated networks together and sign them with the key file that EARSHOT_SIGNING_KEY names; without it a key is created and kept.',
    )
    .option('--out <dir>', 'where the release goes (default: the work folder)')
    .option('--device-only', 'train no verifier: use that of the release in models/release')
    .action(async (flags: TrainFlags) =>
      publishTo(runOf(flags, stopSignal()), flags.out, flags.deviceOnly ? { verifierFrom: RELEASE } : {}),
    );
}

const withRunFlags = (command: Command): Command =>
  command
    .option('--quick', 'train for minutes instead of hours; without --corpus it uses synthesised sounds')
    .option('--corpus <dir>', 'folder of the corpus, which contains manifest.csv (docs/corpus.md)')
    .option('--seed <n>', 'seed of all random numbers', wholeNumber, 1)
    .option(
      '--work <dir>',
      'folder for the results of the stages and for checkpoints (default: one for each kind of run in ~/.cache/earshot/training)',
    );

const versionOf = async (release: string): Promise<string> =>
  (await (await import('@earshot/device/releases/release.ts')).loadRelease(resolve(release))).manifest.version;

/**
 * `fromVersion`: the version of the release that the run begins with. Runs that begin with different releases store
 * their results separately.
 */
function runOf(
  { quick = false, corpus, from, seed, work, out, steps, verifierOnly = false, keepTrunk = false, teacher }: TrainFlags,
  signal: AbortSignal,
  fromVersion?: string,
): RunOptions {
  if (work !== undefined) requireCreatable('--work', work);
  if (out !== undefined) requireCreatable('--out', out);
  const recipe = recipeOf({ quick, verifierOnly, keepTrunk, isNew: from === undefined });
  const kind = verifierOnly ? 'verifier' : keepTrunk ? 'heads' : 'from';
  return {
    recipe: steps === undefined ? recipe : withSteps(recipe, verifierOnly, steps),
    seed,
    ...(corpus === undefined ? {} : { corpus: resolve(corpus) }),
    ...(from === undefined ? {} : { from: resolve(from) }),
    ...(teacher === undefined ? {} : { teacher: resolve(teacher) }),
    keepTrunk,
    work: resolve(
      work ??
        join(
          cacheFolder(),
          'training',
          `${quick ? 'quick' : 'full'}-${corpus === undefined ? 'made' : 'corpus'}-${seed}${fromVersion === undefined ? '' : `-${kind}-${fromVersion}`}`,
        ),
    ),
    cache: join(cacheFolder(), 'corpus'),
    signal,
    say: (line) => void process.stderr.write(`${line}\n`),
  };
}

const withSteps = (recipe: Recipe, verifierOnly: boolean, steps: number): Recipe =>
  verifierOnly
    ? { ...recipe, verifier: { ...recipe.verifier, ownUnits: { ...recipe.verifier.ownUnits, steps } } }
    : { ...recipe, device: { ...recipe.device, steps } };

type RecipeChoice = Readonly<Record<'quick' | 'verifierOnly' | 'keepTrunk' | 'isNew', boolean>>;

function recipeOf({ quick, verifierOnly, keepTrunk, isNew }: RecipeChoice): Recipe {
  if (quick) return QUICK;
  if (isNew) return FULL;
  if (verifierOnly) return VERIFIER_ONLY;
  return keepTrunk ? HEADS_ONLY : MORE;
}

type TrainFlags = Flags & { out?: string; deviceOnly?: boolean };

/**
 * The options of a training. Reads the release, the signing key and the teacher that it names, so that an unusable one
 * is noticed at once and not after hours.
 */
async function checkedRunOf(flags: TrainFlags, signal: AbortSignal): Promise<RunOptions> {
  const run = runOf(flags, signal, flags.from === undefined ? undefined : await versionOf(flags.from));
  await (await import('./publishing/signing.ts')).signingKey();
  if (run.teacher !== undefined) await (await (await import('./teacher/teacher.ts')).Teacher.load(run.teacher)).close();
  return run;
}

async function trainVerifierOnly(flags: TrainFlags, signal: AbortSignal): Promise<void> {
  const { from, corpus, quick, deviceOnly, keepTrunk, out, labels } = flags;
  if (from === undefined || corpus === undefined)
    throw new EarshotError('USAGE', '--verifier-only needs --from RELEASE and --corpus DIR.');
  if (quick || deviceOnly || keepTrunk)
    throw new EarshotError('USAGE', '--verifier-only cannot be combined with --quick, --device-only or --keep-trunk.');
  const run = await checkedRunOf(flags, signal);
  if (labels) refuseUnknown(labels, (await (await import('./publishing/publish.ts')).deviceOf(from)).heads);
  const chosen = labels ? { labels } : {};
  await (await import('./fit-verifier.ts')).fitVerifierAlone({ ...run, ...chosen, from: resolve(from) });
  await publishTo(run, out);
}

/** Fits the decision again, or only its thresholds. */
async function trainDecisionOnly(flags: TrainFlags, signal: AbortSignal): Promise<void> {
  const { from, corpus, steps, verifierOnly, deviceOnly, keepTrunk, quick, teacher, out, labels } = flags;
  const flag = flags.thresholdsOnly ? '--thresholds-only' : '--decision-only';
  if (from === undefined || corpus === undefined)
    throw new EarshotError('USAGE', `${flag} needs --from RELEASE and --corpus DIR.`);
  const isBoth = flags.thresholdsOnly && flags.decisionOnly;
  if (isBoth || steps !== undefined || verifierOnly || deviceOnly || keepTrunk || quick || teacher !== undefined)
    throw new EarshotError(
      'USAGE',
      `${flag} cannot be combined with any of ${isBoth ? '--decision-only, ' : ''}--steps, --verifier-only, --device-only, --keep-trunk, --quick and --teacher.`,
    );
  const run = await checkedRunOf(flags, signal);
  const [{ calibrated }, { deviceOf, publishDecision }, { signingKey }] = await Promise.all([
    import('./calibrate-device.ts'),
    import('./publishing/publish.ts'),
    import('./publishing/signing.ts'),
  ]);
  const device = await deviceOf(from);
  const key = await signingKey();
  const all = device.heads.map(({ label }) => label);
  const kept = keptBeside(labels ?? all, device);
  const found = await calibrated(run, device, flags.thresholdsOnly ? { ...kept, rules: device.decision.labels } : kept);
  const folder = resolve(out ?? join(run.work, 'release'));
  saySigned(await publishDecision(from, folder, found, { now: new Date(), keys: [key] }), folder, key);
}

/** What the labels of a release that are not among `fitted` keep. */
function keptBeside(fitted: readonly string[], { heads, decision }: Pick<ReleaseParts, 'heads' | 'decision'>): Kept {
  refuseUnknown(fitted, heads);
  const kept = heads.filter(({ label }) => !fitted.includes(label));
  return {
    rules: Object.fromEntries(kept.map(({ label }) => [label, decision.labels[label] as LabelDecision])),
    levels: Object.fromEntries(kept.map(({ label, levels }) => [label, levels])),
  };
}

function refuseUnknown(fitted: readonly string[], heads: ReleaseParts['heads']): void {
  const known = heads.map(({ label }) => label);
  const unknown = fitted.find((label) => !known.includes(label));
  if (unknown !== undefined)
    throw new EarshotError('USAGE', `The release has no head "${unknown}". Its heads are: ${known.join(', ')}.`);
}

async function publishTo(
  run: RunOptions,
  out: string | undefined,
  parts: Pick<PublishOptions, 'verifierFrom'> = {},
): Promise<void> {
  const [{ publish }, { signingKey }, { WorkFolder }] = await Promise.all([
    import('./publishing/publish.ts'),
    import('./publishing/signing.ts'),
    import('./work-folder.ts'),
  ]);
  const folder = resolve(out ?? join(run.work, 'release'));
  const key = await signingKey();
  saySigned(await publish(new WorkFolder(run.work), folder, { ...parts, now: new Date(), keys: [key] }), folder, key);
}

function saySigned({ version }: Manifest, folder: string, { keyId, publicKey }: SigningKey): void {
  process.stdout.write(`release ${version} in ${folder}\nsigned by ${keyId}; public key ${publicKey}\n`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('It must be a whole number.');
  return number;
}
