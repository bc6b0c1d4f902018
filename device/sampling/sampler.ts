import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { NO_CADENCE, PATTERNS, RhythmReader, type Rhythm } from '@earshot/shared/cadence/rhythm-reader.ts';
import type { Clock } from '@earshot/shared/clock.ts';
import type { Cadence } from '@earshot/shared/contracts/candidate.ts';
import { SAMPLE_POLICY, type SampleRequest } from '@earshot/shared/contracts/samples.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import { SAMPLE_RATE } from '../audio/source.ts';
import type { AgentEmitter } from '../events.ts';
import type { Listener } from '../listening/listener.ts';
import type { Network } from '../network/network.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';
import type { NearMiss } from './near-misses.ts';
import { SampleShare } from './sample-share.ts';

interface SamplerOptions {
  client: CloudClient;
  events: AgentEmitter;
  clock: Clock;
  /** Whether the home has opted in to samples and is not testing its alarms. */
  isOn: () => boolean;
  /** Whether an alert is waiting to be sent: a sample must not delay it. */
  isUrgent: () => boolean;
  network: () => Network;
  signal: AbortSignal;
  /** A random number from 0 to 1. */
  random?: () => number;
}

/** The recording ends this long after the highest score, so that a member hears how the sound continued. */
const AFTER_PEAK_S = 2;
const UPLOAD_WITHIN_MS = 60_000;
/** At most this many samples are uploaded at the same time; further samples are dropped. */
const MOST_AT_ONCE = 2;

/**
 * Sends a random share of the near misses when the home has opted in. A sample that cannot be sent is dropped, because
 * alerts must not wait for it and the next sample is just as useful.
 */
export class Sampler {
  private readonly options: SamplerOptions;
  private readonly share = new SampleShare();
  private readonly sending = new Set<Promise<void>>();

  constructor(options: SamplerOptions) {
    this.options = options;
  }

  take(listener: Listener, nearMiss: NearMiss): void {
    const { isOn, isUrgent, clock, signal, random = Math.random } = this.options;
    if (!isOn() || signal.aborted) return;
    const propensity = this.share.next(nearMiss.label, clock.nowMs());
    if (random() >= propensity || isUrgent() || this.sending.size >= MOST_AT_ONCE) return;
    const to = Math.min(listener.ring.end, nearMiss.peakSample + AFTER_PEAK_S * SAMPLE_RATE);
    const from = Math.max(listener.ring.start, to - listener.clipS * SAMPLE_RATE);
    const sending = this.send(listener, nearMiss, propensity, { samples: listener.ring.read(from, to), from })
      .catch((thrown: unknown) => {
        if (!signal.aborted) this.options.events.emit('problem', asEarshotError(thrown, 'UNREACHABLE', 'sample'));
      })
      .finally(() => this.sending.delete(sending));
    this.sending.add(sending);
  }

  async settled(): Promise<void> {
    await Promise.all(this.sending);
  }

  private async send(
    listener: Listener,
    nearMiss: NearMiss,
    propensity: number,
    { samples, from }: { samples: Float32Array; from: number },
  ): Promise<void> {
    const { client, clock, network, signal } = this.options;
    const { label, score, threshold, level, peakSample } = nearMiss;
    const wav = writeWav(samples);
    const id = v7({ msecs: clock.nowMs() });
    const request: SampleRequest = {
      label,
      score,
      threshold,
      level,
      propensity,
      policy: SAMPLE_POLICY,
      release: listener.release,
      heardAt: new Date(clock.nowMs() - ((listener.ring.end - peakSample) * 1000) / SAMPLE_RATE).toISOString(),
      cadence: rhythmOf(samples, label, network()),
      scores: { [label]: score },
      peakS: Math.max(0, (peakSample - from) / SAMPLE_RATE),
      clip: { sha256: createHash('sha256').update(wav).digest('hex'), bytes: wav.length },
    };
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_WITHIN_MS)]);
    const upload = await client.announceSample(id, request, inTime);
    if (!upload) return;
    await client.upload(upload, wav, 1, inTime);
    await client.sampleStored(id, inTime);
  }
}

/**
 * The rhythm in the recording that supports the label most. A candidate sends the verifier its rhythm in the same form.
 */
function rhythmOf(samples: Float32Array, label: string, { manifest, decision }: Network): Cadence {
  const reader = new RhythmReader(manifest.frontEnd);
  new LogMel(manifest.frontEnd).push(samples, (mel, power) => reader.push(mel, power));
  const rhythms = reader.read();
  const worth = ({ proof, cadence }: Rhythm, weight: number): number => weight * (proof > 0 ? 1 + proof : cadence.fit);
  let [best, most] = [NO_CADENCE, 0];
  for (const pattern of PATTERNS) {
    const is = worth(rhythms[pattern], decision.labels[label]?.weights[`rhythm_${pattern}`] ?? 0);
    if (is > most) [best, most] = [rhythms[pattern].cadence, is];
  }
  return best;
}
