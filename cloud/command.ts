import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { EarshotError } from '@earshot/shared/errors.ts';
import { checkPortIsFree } from '@earshot/shared/lifecycle/free-port.ts';
import { isAbort, untilAborted } from '@earshot/shared/lifecycle/pause.ts';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { wholeNumber } from '@earshot/shared/option-values.ts';
import type { Cloud } from './main.ts';

type Role = 'api' | 'worker';

interface Options {
  worker?: boolean;
  port?: number;
  host?: string;
}

/**
 * `earshot cloud` and `earshot worker`: run the parts of the cloud as separate processes, as on a cloud for many homes. Configured by
 * environment variables (docs/cloud.md).
 */
export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('cloud')
    .description('The API, and a verifier worker unless --no-worker.')
    .option('--no-worker', 'the API alone')
    .option('--port <n>', 'instead of EARSHOT_PORT; 0: any free port', wholeNumber(0, 65_535))
    .option('--host <address>', 'instead of EARSHOT_HOST')
    .action((options: Options) => run(options.worker === false ? ['api'] : ['api', 'worker'], options, stopSignal));
  program
    .command('worker')
    .description('Verifier workers only: any number of them, on any machine.')
    .option('--dead-letters', 'list the clips that could not be verified (dead letters), and exit')
    .option('--redrive', 'put the clips that could not be verified into the queue again, and exit')
    .action((options: Options & { deadLetters?: boolean; redrive?: boolean }) =>
      options.deadLetters || options.redrive
        ? deadLetters(options.redrive === true)
        : run(['worker'], options, stopSignal),
    );
}

const MOST_LISTED = 1_000;

async function deadLetters(isRedrive: boolean): Promise<void> {
  const { readCloudConfig } = await import('./config.ts');
  const { cloudLog } = await import('./cloud-log.ts');
  const { createCloud } = await import('./main.ts');
  const config = readCloudConfig(process.env);
  // Otherwise a wrong folder would get an empty database, and the list would say that there are no dead letters.
  const file = /^sqlite:(.*)$/.exec(config.databaseUrl)?.[1];
  if (file !== undefined && !existsSync(file))
    throw new EarshotError('USAGE', `${file} does not exist. Set EARSHOT_HOME to the folder of the home.`);
  const cloud = await createCloud({ config, roles: [], log: cloudLog(config.logLevel, 2) });
  try {
    const { queue } = cloud.parts;
    if (isRedrive) process.stdout.write(`${await queue.redrive()} queued again\n`);
    else {
      const letters = await queue.deadLetters(MOST_LISTED);
      for (const letter of letters) process.stdout.write(`${JSON.stringify(letter)}\n`);
      // Print this to stderr, because programs read the list of dead letters from stdout.
      if (letters.length === 0)
        process.stderr.write('There are no dead letters: every clip was verified or is waiting.\n');
    }
  } finally {
    await cloud.stop();
  }
}

async function run(roles: readonly Role[], { port, host }: Options, stopSignal: StopSignal): Promise<void> {
  const { readCloudConfig, printableEnvironment } = await import('./config.ts');
  const given = {
    ...(port === undefined ? {} : { EARSHOT_PORT: String(port) }),
    ...(host === undefined ? {} : { EARSHOT_HOST: host }),
  };
  const env = { ...process.env, ...given };
  const config = readCloudConfig(env);
  if (config.databaseUrl.startsWith('postgres') && config.secret === null)
    throw new EarshotError(
      'SETTING_INVALID',
      'With PostgreSQL there may be several processes: give all of them the same EARSHOT_SECRET.',
    );
  if (roles.includes('api')) await checkPortIsFree(config.host, config.port);
  const { cloudLog } = await import('./cloud-log.ts');
  const { createCloud } = await import('./main.ts');
  const log = cloudLog(config.logLevel);
  const signal = stopSignal();
  const cloud = await createCloud({ config, roles, log, signal }).catch((thrown: unknown) => {
    if (!isAbort(thrown, signal)) throw thrown;
    return null;
  });
  if (cloud === null) return;
  try {
    log.info({ roles, listen: cloud.url || null, settings: printableEnvironment(env) }, 'started');
    if (roles.includes('api') && config.databaseUrl.startsWith('sqlite:')) await sayFirstCodes(cloud, log);
    await Promise.race([untilAborted(signal), cloud.ended]);
  } finally {
    log.info('stopping after the work in progress is done');
    await cloud.stop();
    log.info('stopped');
  }
}

/**
 * Prints the first pairing codes in the terminal. On a home's own machine, the person at the terminal owns the home.
 */
async function sayFirstCodes(cloud: Cloud, log: { info(fields: object, text: string): void }): Promise<void> {
  const [phone, device] = [await cloud.firstHome.phoneCode(), await cloud.firstHome.deviceCode()];
  log.info({ phone: phone.code, device: device.code, goodForMinutes: 10 }, 'pairing codes');
}
