import type { Command } from 'commander';
import { EarshotError } from '@earshot/shared/errors.ts';
import { checkPortIsFree } from '@earshot/shared/lifecycle/free-port.ts';
import { wholeNumber } from '@earshot/shared/option-values.ts';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { homeFolder } from '../home-folder.ts';
import { jsonReporter } from '../start/reporter.ts';

/** Ctrl-C ends the process within this time. Work that is unfinished by then is on disk and continues at the next start. */
const STOPS_WITHIN_MS = 2_000;

interface StartFlags {
  listen?: string;
  once?: boolean;
  fast?: boolean;
  json?: boolean;
  port: number;
  rate: number;
  channels: number;
}

export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('start')
    .description('Cloud, app and a paired device in one go, on this machine.')
    .option(
      '--listen <source>',
      'mic | FILE | - (raw 16-bit PCM on stdin) | rtsp://…; default: the microphone, or the demo if there is no microphone',
    )
    .option('--once', 'stop when the source has ended and every candidate has its verdict')
    .option('--fast', 'play a file as fast as possible')
    .option('--json', 'print only JSON lines on stdout')
    .option('--port <n>', 'port on which the app is served; 0: any free port', wholeNumber(0, 65_535), 8080)
    .option('--rate <hz>', 'sample rate of raw PCM on stdin', wholeNumber(1_000, 384_000), 16_000)
    .option('--channels <n>', 'channels of raw PCM on stdin', wholeNumber(1, 32), 1)
    .action(async ({ listen, once = false, fast = false, json = false, ...rest }: StartFlags) => {
      // Loading takes seconds on a small computer.
      if (!json) process.stdout.write('Earshot is starting …\n');
      await checkPort(rest.port, json);
      const { start } = await import('../start/start.ts');
      await start(
        { ...rest, home: homeFolder(), listen: listen ?? null, once, fast, json },
        stopSignal(STOPS_WITHIN_MS),
      );
    });
}

async function checkPort(port: number, json: boolean): Promise<void> {
  try {
    await checkPortIsFree(process.env.EARSHOT_HOST || '127.0.0.1', port);
  } catch (thrown) {
    if (json && thrown instanceof EarshotError) {
      const { code, message, todo } = thrown;
      jsonReporter((line) => process.stdout.write(line)).event({ type: 'error', code, message, todo });
    }
    throw thrown;
  }
}
