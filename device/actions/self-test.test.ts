import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { Ring } from '../audio/ring.ts';
import { acousticSelfTest } from './self-test.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'earshot-speaker-'))));
afterEach(() => rmSync(dir, { recursive: true }));

/**
 * A program that "plays" a file by copying it to the file that the simulated room reads. The file appears there whole,
 * because the room may read at any time.
 */
function speaker(): string {
  const program = join(dir, 'player');
  const copy = join(dir, 'copy.wav');
  writeFileSync(program, `#!/bin/sh\ncp "$1" ${copy} && mv ${copy} ${join(dir, 'played.wav')}\n`);
  chmodSync(program, 0o755);
  return program;
}

/** A room with some noise. The played sound arrives there after half a second, `gain` times as loud. */
class Room {
  readonly ring = new Ring();
  private readonly random = seededRandom(4);
  private readonly gain: number;
  private playedFrom = Infinity;
  private played: Float32Array = new Float32Array(0);

  constructor(gain: number) {
    this.gain = gain;
    for (let i = 0; i < 3; i++) this.pass(16_000);
  }

  pass(length: number): void {
    const path = join(dir, 'played.wav');
    if (this.playedFrom === Infinity && existsSync(path)) {
      this.played = readWav(readFileSync(path)).channels[0]!;
      this.playedFrom = this.ring.end + 8_000;
    }
    const from = this.ring.end;
    const noise = () => 0.01 * (this.random() - 0.5);
    this.ring.push(
      Float32Array.from({ length }, (_, i) => noise() + this.gain * (this.played[from + i - this.playedFrom] ?? 0)),
      from,
    );
  }
}

async function selfTest(room: Room, player = speaker()) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const testing = acousticSelfTest(room.ring, player, clock, stop.signal);
  let done = false;
  testing.then(
    () => (done = true),
    () => (done = true),
  );
  for (let i = 0; i < 200 && !done; i++) {
    await systemClock.sleep(5);
    room.pass(1_600);
    await clock.advance(100);
  }
  return testing;
}

describe('the acoustic self-test', () => {
  test('detects its own tone across a room', async () => {
    expect(await selfTest(new Room(0.01))).toMatchObject({ heard: true });
  });

  test('detects no tone when there is no speaker', async () => {
    expect(await selfTest(new Room(0))).toMatchObject({ heard: false });
  });

  test('names the player that failed', async () => {
    await expect(selfTest(new Room(0.01), 'no-such-player')).rejects.toThrow('no-such-player');
  });

  test("reports the last line of a player's stderr", async () => {
    const program = join(dir, 'deaf-player');
    writeFileSync(program, '#!/bin/sh\necho "lib: no card 0" >&2\necho "player: no speaker" >&2\nexit 1\n');
    chmodSync(program, 0o755);
    await expect(selfTest(new Room(0.01), program)).rejects.toMatchObject({
      code: 'AUDIO_PLAYER',
      detail: `The self-test ran "${program}": status 1: player: no speaker`,
    });
  });
});
