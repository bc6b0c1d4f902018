import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '@earshot/shared/clock.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { PcmTo16k } from './pcm-to-16k.ts';
import { missingTool, type Recorder } from './recorders.ts';
import { SAMPLE_RATE, type AudioBlock, type AudioSource } from './source.ts';
import { withoutPasswords } from './without-passwords.ts';

/** A recorder that runs but sends no sound for this long counts as hung. */
const SILENT_MS = 5_000;
/**
 * Waits between restarts of a recorder: short enough that sound is back within seconds after a microphone is plugged
 * in, and long enough that a night without a microphone causes no load.
 */
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 4_000;

/** How long a recorder may take to end after SIGTERM. */
const ENDS_WITHIN_MS = 500;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A recorder program as a source. It is restarted when it ends. When it sends nothing, it is killed and restarted. */
export class ChildSource implements AudioSource {
  readonly name: string;
  readonly live = true;
  trouble: string | null = null;
  private readonly recorder: Recorder;
  private readonly clock: Clock;
  private child: Child | null = null;
  private lastWords = '';

  constructor(name: string, recorder: Recorder, clock: Clock) {
    this.name = name;
    this.recorder = recorder;
    this.clock = clock;
  }

  restart(): void {
    this.child?.kill('SIGKILL');
  }

  async *start(signal: AbortSignal): AsyncGenerator<AudioBlock> {
    const backOff = new BackOff(FIRST_RETRY_MS, LAST_RETRY_MS);
    const pcm = new PcmTo16k(this.recorder.format);
    let atSample = 0;
    let lastMs = this.clock.nowMs();
    while (!signal.aborted) {
      let isFirst = true;
      for await (const bytes of this.record(signal)) {
        backOff.succeeded();
        this.trouble = null;
        const samples = pcm.push(bytes);
        const nowMs = this.clock.nowMs();
        // The missing samples are the time since the last sound minus the length of the new block.
        const missed =
          isFirst && atSample > 0
            ? Math.max(0, Math.round(((nowMs - lastMs) * SAMPLE_RATE) / 1000) - samples.length)
            : 0;
        isFirst = false;
        lastMs = nowMs;
        atSample += missed;
        yield { samples, atSample, gapBefore: missed };
        atSample += samples.length;
      }
      pcm.reset();
      if (signal.aborted) return;
      this.trouble ??= 'unplugged';
      await pause(this.clock, backOff.nextMs(), signal);
    }
  }

  /** The last line that the recorder wrote to stderr: the reason why it could not open its device. */
  get complaint(): string {
    return withoutPasswords(this.lastWords);
  }

  private async *record(signal: AbortSignal): AsyncGenerator<Buffer> {
    const child = this.open();
    this.child = child;
    const stopped = new AbortController();
    const abort = () => {
      child.kill('SIGTERM');
      void pause(this.clock, ENDS_WITHIN_MS, stopped.signal).then(() => child.kill('SIGKILL'));
    };
    signal.addEventListener('abort', abort, { once: true });
    const watch = new SilenceWatch(this.clock, () => {
      this.trouble = 'silent_child';
      child.kill('SIGKILL');
    });
    const gone = failureOf(child);
    watch.start();
    try {
      for await (const bytes of child.stdout as AsyncIterable<Buffer>) {
        watch.heard();
        yield bytes;
      }
      const failure = await gone;
      if (failure) throw failure;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') throw missingTool(this.recorder.program);
      if (!signal.aborted) this.trouble ??= 'unplugged';
    } finally {
      watch.stop();
      signal.removeEventListener('abort', abort);
      stopped.abort();
      child.kill('SIGKILL');
      this.child = null;
    }
  }

  private open(): Child {
    const child = spawn(this.recorder.program, this.recorder.args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (words: string) => {
      this.lastWords = words.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
    });
    return child;
  }
}

/** Resolves when the child has ended: with undefined, or with the reason why it could not be started. */
async function failureOf(child: Child): Promise<Error | undefined> {
  try {
    await once(child, 'close');
    return undefined;
  } catch (thrown) {
    return thrown as Error;
  }
}

/** Calls back when no sound has arrived for SILENT_MS. */
class SilenceWatch {
  private readonly clock: Clock;
  private readonly onSilence: () => void;
  private readonly stopped = new AbortController();
  private lastMs: number;

  constructor(clock: Clock, onSilence: () => void) {
    this.clock = clock;
    this.onSilence = onSilence;
    this.lastMs = clock.nowMs();
  }

  heard(): void {
    this.lastMs = this.clock.nowMs();
  }

  start(): void {
    void this.run().catch(() => undefined);
  }

  stop(): void {
    this.stopped.abort();
  }

  private async run(): Promise<void> {
    for (;;) {
      const leftMs = this.lastMs + SILENT_MS - this.clock.nowMs();
      if (leftMs <= 0) return this.onSilence();
      await this.clock.sleep(leftMs, this.stopped.signal);
    }
  }
}
