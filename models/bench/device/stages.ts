import { RhythmReader } from '@earshot/shared/cadence/rhythm-reader.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import { PcmTo16k } from '@earshot/device/audio/pcm-to-16k.ts';
import { Ring } from '@earshot/device/audio/ring.ts';
import { EnergyGate } from '@earshot/device/listening/energy-gate.ts';
import type { Network } from '@earshot/device/network/network.ts';
import { SignalCheck } from '@earshot/device/health/signal-check.ts';
import { cpuMs } from './path.ts';

const CHUNK = 4_000;

/**
 * CPU milliseconds per second of audio of each stage alone, on the same sound. The rest of the total is the cost of
 * decisions and of the code in between.
 */
export async function stages(network: Network, bytes: Buffer, samples: Float32Array): Promise<Record<string, number>> {
  const seconds = samples.length / 16_000;
  const { frontEnd } = network.manifest;
  const perChunk = (work: (chunk: Float32Array, at: number) => void) => () => {
    for (let at = 0; at < samples.length; at += CHUNK) work(samples.subarray(at, at + CHUNK), at);
  };
  const pcm = new PcmTo16k({ rate: 16_000, channels: 1 });
  const ring = new Ring();
  const check = new SignalCheck(() => undefined);
  const stream = network.openStream();
  const gate = new EnergyGate(stream.framesPerCall * frontEnd.hopSize, frontEnd.sampleRate);
  const block = new Float32Array(stream.framesPerCall * frontEnd.hopSize);
  const logMel = new LogMel(frontEnd);
  const rhythm = new RhythmReader(frontEnd);
  const frames: [Float32Array, Float32Array][] = [];
  new LogMel(frontEnd).push(samples, (mel, power) => void frames.push([mel.slice(), power.slice()]));
  let ringAt = 0;
  const measured: [string, () => void | Promise<void>][] = [
    [
      'bytes to samples',
      () =>
        void [...Array(Math.ceil(bytes.length / 8_000)).keys()].forEach((i) =>
          pcm.push(bytes.subarray(i * 8_000, (i + 1) * 8_000)),
        ),
    ],
    [
      'ring buffer and health',
      perChunk((chunk) => {
        ring.push(chunk, ringAt);
        check.push(chunk);
        ringAt += chunk.length;
      }),
    ],
    [
      'energy gate',
      () => {
        for (let at = 0; at + block.length <= samples.length; at += block.length)
          gate.isOpen(samples.subarray(at, at + block.length), false);
      },
    ],
    ['front end', perChunk((chunk) => logMel.push(chunk, () => undefined))],
    [
      'rhythm',
      () => {
        for (const [mel, power] of frames) rhythm.push(mel, power);
        rhythm.read();
      },
    ],
    [
      'network',
      async () => {
        for (let at = 0; at < samples.length; at += block.length) await stream.run();
      },
    ],
  ];
  const cost: Record<string, number> = {};
  for (const [name, work] of measured) {
    await work();
    const before = cpuMs();
    await work();
    cost[name] = (cpuMs() - before) / seconds;
  }
  return cost;
}
