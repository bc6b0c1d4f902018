import { requireFinite } from '../audio/finite.ts';
import { EarshotError } from '../errors.ts';
import { AmplitudeSpectrum } from './amplitude-spectrum.ts';
import { type FrontEnd } from './front-end.ts';
import { MelBank } from './mel-bank.ts';
import { Meyda } from './meyda.ts';

export { DEVICE_FRONT_END, type FrontEnd } from './front-end.ts';

/** `mel` and `power` are reused for the next frame: copy what you keep. `atSample` is the first sample of the frame. */
export type OnFrame = (mel: Float32Array, power: Float32Array, atSample: number) => void;

/**
 * Samples in, log-mel frames out: the one front end of live, replay and training.
 * Frame k covers samples [k * hop, k * hop + fft) and nothing else, so frames do not depend on how the samples were cut.
 */
export class LogMel {
  private readonly frontEnd: FrontEnd;
  private readonly amplitudes: AmplitudeSpectrum;
  private readonly bank: MelBank;
  private readonly hann: Float64Array;
  /** The samples of the frame that is being filled, from `atSample` on. */
  private readonly window: Float32Array;
  private filled = 0;
  private atSample = 0;
  private readonly windowed: Float64Array;
  private readonly ampSpectrum: Float32Array;
  private readonly bandPower: Float64Array;
  private readonly mel: Float32Array;

  constructor(frontEnd: FrontEnd) {
    const { fftSize, hopSize, melBands } = frontEnd;
    if (fftSize < 32 || (fftSize & (fftSize - 1)) !== 0) {
      throw new EarshotError('SETTING_INVALID', `fftSize ${fftSize} is not a power of two from 32 on.`);
    }
    if (!Number.isInteger(hopSize) || hopSize < 1 || hopSize > fftSize) {
      throw new EarshotError('SETTING_INVALID', `hopSize ${hopSize} is not between 1 and fftSize ${fftSize}.`);
    }
    this.frontEnd = frontEnd;
    this.amplitudes = new AmplitudeSpectrum(fftSize);
    this.bank = new MelBank(frontEnd);
    // Meyda's "hanning", which is symmetric (size - 1), in single precision as Meyda keeps it.
    this.hann = Float64Array.from({ length: fftSize }, (_, i) =>
      Math.fround(0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (fftSize - 1))),
    );
    this.window = new Float32Array(fftSize);
    this.windowed = new Float64Array(fftSize);
    this.ampSpectrum = new Float32Array(fftSize / 2 + 1);
    this.bandPower = new Float64Array(melBands);
    this.mel = new Float32Array(melBands);
  }

  /** Takes any number of samples; refuses them all if one is not finite, and then is as if it had not been called. */
  push(samples: Float32Array, onFrame: OnFrame): void {
    requireFinite(samples);
    const { window } = this;
    const { fftSize, hopSize } = this.frontEnd;
    let taken = 0;
    while (taken < samples.length) {
      const take = Math.min(fftSize - this.filled, samples.length - taken);
      // A plain loop: `set(subarray())` makes an object a frame and takes longer for so few samples.
      for (let i = 0; i < take; i++) window[this.filled + i] = samples[taken + i] as number;
      this.filled += take;
      taken += take;
      if (this.filled < fftSize) return;
      const at = this.atSample;
      const power = this.transform();
      window.copyWithin(0, hopSize);
      this.filled = fftSize - hopSize;
      this.atSample += hopSize;
      onFrame(this.mel, power, at);
    }
  }

  /** Forgets the samples of the unfinished frame; the next sample is number `atSample`. */
  reset(atSample = 0): void {
    this.filled = 0;
    this.atSample = atSample;
  }

  private transform(): Float32Array {
    const { windowed, window, hann, ampSpectrum, bandPower, mel } = this;
    for (let i = 0; i < windowed.length; i++) windowed[i] = (window[i] as number) * (hann[i] as number);
    this.amplitudes.of(windowed, ampSpectrum);
    // The public, stateless extractor: the same numbers as Meyda.extract('powerSpectrum') at a sixth of its cost.
    const power = Meyda.featureExtractors.powerSpectrum({ ampSpectrum });
    this.bank.apply(power, bandPower);
    const { floor } = this.frontEnd;
    for (let band = 0; band < mel.length; band++)
      mel[band] = Math.log((bandPower[band] as number) + floor) * Math.LOG10E;
    return power;
  }
}
