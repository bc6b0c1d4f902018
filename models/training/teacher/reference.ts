/** The reference answers of the teacher, computed by EfficientAT's own code. */
const RATE = 32_000;

/** The reference signal, 4 s at 32 kHz: a hum at 180 Hz, and a tone at 3,100 Hz in the first half of every second. */
export const referenceSignal = (): Float32Array =>
  Float32Array.from({ length: 4 * RATE }, (_, i) => {
    const t = i / RATE;
    const hum = 0.02 * Math.sin(2 * Math.PI * 180 * t);
    return t % 1 < 0.5 ? hum + 0.2 * Math.sin(2 * Math.PI * 3_100 * t) : hum;
  });

export const REFERENCE_FRAMES = 400;

/** Mel values of the reference signal, with the key "band,frame". */
export const REFERENCE_MEL: Readonly<Record<string, number>> = {
  '0,0': -0.5649,
  '10,20': -0.1012,
  '60,40': -1.383,
  '60,80': -1.4026,
  '66,100': 1.1223,
  '100,200': 0.3752,
  '127,399': -1.4026,
};

export const REFERENCE_SCORES: Readonly<Record<string, number>> = {
  'Sine wave': 0.69171,
  'Chirp tone': 0.23904,
  'Smoke detector, smoke alarm': 0.21938,
  'Beep, bleep': 0.12212,
  'Fire alarm': 0.03841,
  Buzzer: 0.01907,
  Music: 0.01576,
  'Sound effect': 0.00701,
};
