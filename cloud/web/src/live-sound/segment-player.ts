import type { Recording } from '../clip/wav.ts';

/**
 * How much sound is buffered before playback starts. Without a buffer the sound would stop between two requests to the
 * cloud.
 */
const LEAD_S = 0.5;
/** Sound that is further ahead than this is skipped, so that the playback stays live after a delay. */
const MOST_AHEAD_S = 3;
const QUIETEST_DBFS = -100;

/** Plays one-second segments of sound without gaps, and measures their level. */
export class SegmentPlayer {
  private readonly context: AudioContext;
  private readonly analyser: AnalyserNode;
  private readonly window: Float32Array<ArrayBuffer>;
  private nextAtS = 0;

  constructor(context: AudioContext) {
    this.context = context;
    this.analyser = context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.window = new Float32Array(this.analyser.fftSize);
    this.analyser.connect(context.destination);
  }

  add({ samples, sampleRate }: Recording): void {
    const { context } = this;
    const nowS = context.currentTime;
    if (this.nextAtS < nowS) this.nextAtS = nowS + LEAD_S;
    if (this.nextAtS > nowS + MOST_AHEAD_S) return;
    const buffer = context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(new Float32Array(samples), 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.analyser);
    source.start(this.nextAtS);
    this.nextAtS += buffer.duration;
  }

  /** The level of the sound that plays now; null in silence. */
  get levelDbfs(): number | null {
    this.analyser.getFloatTimeDomainData(this.window);
    const power = this.window.reduce((sum, sample) => sum + sample * sample, 0) / this.window.length;
    const level = 10 * Math.log10(power);
    return level > QUIETEST_DBFS ? level : null;
  }
}
