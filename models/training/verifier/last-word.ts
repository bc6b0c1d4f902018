/**
 * How much the verifier's network and the device's head count in the final score. The two see a sound differently (the device remembers
 * half a minute, the network has twice the resolution) and were fitted to the same recordings, so their weights are fitted to recordings
 * that neither was trained on.
 */

/** One held-back candidate with the scores of both, as log-odds. */
export interface Heard {
  /** Index of the label that was asked about. */
  label: number;
  network: number;
  device: number;
  isReal: boolean;
}

/** A number a label: score = sigmoid(network × the network's log-odds + device × the device's + bias). */
export interface ScoreWeights {
  network: Float32Array;
  device: Float32Array;
  bias: Float32Array;
}

/** Scores are probabilities in single precision. Closer to 0 or 1 than this, their log-odds are rounding error. */
export const LEAST_SCORE = 0.001;

/** The network's score, unchanged. */
export const neutral = (labels: number): ScoreWeights => ({
  network: new Float32Array(labels).fill(1),
  device: new Float32Array(labels),
  bias: new Float32Array(labels),
});

/** With fewer real or fewer false candidates than this a label keeps the network's score: they are too few to fit weights to. */
const FEWEST = 20;
/** Regularisation, towards `neutral`. */
const PULL = 0.01;
const ROUNDS = 4_000;
const RATE = 0.1;

/** One logistic regression for each label. Real and false candidates weigh the same; no weight can become negative. */
export function fitScoreWeights(heard: readonly Heard[], labels: number): ScoreWeights {
  const weights = neutral(labels);
  for (let label = 0; label < labels; label++) {
    const asked = heard.filter((one) => one.label === label);
    const real = asked.filter(({ isReal }) => isReal).length;
    const others = asked.length - real;
    if (real < FEWEST || others < FEWEST) continue;
    const { network, device, bias } = fitLabel(asked, real, others);
    weights.network[label] = network;
    weights.device[label] = device;
    weights.bias[label] = bias;
  }
  return weights;
}

function fitLabel(asked: readonly Heard[], real: number, others: number) {
  let [network, device, bias] = [1, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    let [byNetwork, byDevice, byBias] = [PULL * (network - 1), PULL * device, 0];
    for (const one of asked) {
      const error =
        (sigmoid(network * one.network + device * one.device + bias) - Number(one.isReal)) *
        (0.5 / (one.isReal ? real : others));
      byNetwork += error * one.network;
      byDevice += error * one.device;
      byBias += error;
    }
    network = Math.max(0, network - RATE * byNetwork);
    device = Math.max(0, device - RATE * byDevice);
    bias -= RATE * byBias;
  }
  return { network, device, bias };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
