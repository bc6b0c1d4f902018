/**
 * The last word: how much the network's score and the device's own count for. The two hear differently (half a minute of memory on the
 * one side, twice the resolution on the other) and were fitted to the same recordings, so what each is worth shows only on recordings
 * that neither has heard.
 */

/** One held-back candidate: what the network made of it, and what the device's head did, both as log-odds. */
export interface Heard {
  /** Index of the label that was asked about. */
  label: number;
  network: number;
  device: number;
  isReal: boolean;
}

/** A number a label: score = sigmoid(network × the network's log-odds + device × the device's + bias). */
export interface Judgement {
  network: Float32Array;
  device: Float32Array;
  bias: Float32Array;
}

/** Scores are probabilities in single precision: nearer to 0 and 1 than this nothing is left of their odds. */
export const LEAST_SCORE = 0.001;

/** The network alone, as it is. */
export const neutral = (labels: number): Judgement => ({
  network: new Float32Array(labels).fill(1),
  device: new Float32Array(labels),
  bias: new Float32Array(labels),
});

/** With fewer of either kind a label keeps what the network says: a rule from a dozen examples is no rule. */
const FEWEST = 20;
/** Pulls towards the network's own word. */
const PULL = 0.01;
const ROUNDS = 4_000;
const RATE = 0.1;

/** A logistic regression a label, both kinds of candidates weighing the same. Neither word can count against itself. */
export function fitJudgement(heard: readonly Heard[], labels: number): Judgement {
  const judgement = neutral(labels);
  for (let label = 0; label < labels; label++) {
    const asked = heard.filter((one) => one.label === label);
    const real = asked.filter(({ isReal }) => isReal).length;
    const others = asked.length - real;
    if (real < FEWEST || others < FEWEST) continue;
    const { network, device, bias } = fitLabel(asked, real, others);
    judgement.network[label] = network;
    judgement.device[label] = device;
    judgement.bias[label] = bias;
  }
  return judgement;
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
