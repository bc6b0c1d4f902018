import { evidenceNames } from '../detect/evidence.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Decision, type Head, type Manifest } from '@earshot/shared/contracts/release.ts';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { isSafety } from '@earshot/shared/labels.ts';
import { EMBEDDING, joinGraphs, SCORES } from './graph-join.ts';
import { carriedBy, outputOf, type CarriedState } from './packed-states.ts';
import type { Release } from '../releases/release.ts';
import { withTaught } from '../taught/taught-heads.ts';

/** The fields of a release's manifest that a network needs. */
export type NetworkManifest = Pick<Manifest, 'version' | 'frontEnd' | 'trunk' | 'heads' | 'verifier'>;

/** Trunk and heads, loaded once and shared: all sources run through one session, each with its own `NetworkStream`. */
export class Network {
  readonly manifest: NetworkManifest;
  readonly labels: readonly string[];
  /** The parameters of the decisions about this network's scores. */
  readonly decision: Decision;
  private readonly session: InferenceSession;

  private constructor(manifest: NetworkManifest, decision: Decision, session: InferenceSession) {
    this.manifest = manifest;
    this.decision = decision;
    this.labels = manifest.heads.map(({ label }) => label);
    this.session = session;
  }

  /** `taught`: heads of sounds that the home taught; heads for another trunk are left out. */
  static async load(release: Release, taught: readonly TaughtSoundFile[] = []): Promise<Network> {
    const released = parseDecision(release.dir, await release.read(release.manifest.decision));
    const { manifest, decision, read } = withTaught(release, released, taught);
    requireUnderstood(decision, manifest.heads, release.dir);
    return Network.assemble(manifest, decision, read, release.dir);
  }

  /** `read` returns the bytes of trunk and heads; `from` names them in errors. */
  static async assemble(
    manifest: NetworkManifest,
    decision: Decision,
    read: (entry: NetworkManifest['trunk'] | Head) => Promise<Uint8Array>,
    from: string,
  ): Promise<Network> {
    const { trunk, heads } = manifest;
    if (heads.length === 0) throw new EarshotError('RELEASE_BROKEN', `${from} contains no head.`);
    const files = await Promise.all(heads.map(async (head) => ({ label: head.label, bytes: await read(head) })));
    const graph = joinGraphs(await read(trunk), files, trunk.states);
    try {
      // Use one thread: two would double the CPU time without a gain on a network this small.
      const session = await InferenceSession.create(graph, {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
      });
      return new Network(manifest, decision, session);
    } catch (error) {
      throw new EarshotError('RELEASE_BROKEN', `ONNX Runtime refuses trunk and heads of ${from}: ${String(error)}.`, {
        cause: error,
      });
    }
  }

  openStream(): NetworkStream {
    return new NetworkStream(this.manifest, this.session);
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

/**
 * Frames per call of the network, which cover 0.64 s. Between calls the front end evicts the network's weights from the
 * processor's cache. With 0.32 s per call, loading the weights and ONNX Runtime's overhead would take as long as the
 * arithmetic. The scores do not depend on how frames are grouped.
 */
const FRAMES_AT_ONCE = 32;

/** How many frames the device passes at once to a network whose release says `framesPerCall`. */
export const framesAtOnce = (framesPerCall: number): number =>
  framesPerCall * Math.max(1, Math.round(FRAMES_AT_ONCE / framesPerCall));

/** The state of one source in the network: mel frames in, scores out. */
export class NetworkStream {
  readonly framesPerCall: number;
  readonly stepsPerCall: number;
  /** The caller fills it frame by frame; the tensor below uses the same memory. */
  readonly features: Float32Array;
  readonly frontEnd: Manifest['frontEnd'];
  private readonly session: InferenceSession;
  private readonly states: readonly CarriedState[];
  private readonly trunkSha256: string;
  private readonly feeds: Record<string, Tensor> = {};
  /**
   * The network writes into these tensors. New tensors for each call would cost as much time as a layer of the network.
   */
  private readonly results: Record<string, Tensor> = {};
  private readonly scores: Float32Array;
  /** The trunk's output of the last call, [step * width + i]; the next call overwrites it. */
  readonly embedding: Float32Array;

  constructor({ trunk, frontEnd, heads }: NetworkManifest, session: InferenceSession) {
    this.session = session;
    this.framesPerCall = framesAtOnce(trunk.framesPerCall);
    this.stepsPerCall = this.framesPerCall / trunk.framesPerStep;
    if (!Number.isInteger(this.stepsPerCall))
      throw new EarshotError(
        'RELEASE_BROKEN',
        `framesPerCall ${trunk.framesPerCall} is not a multiple of framesPerStep ${trunk.framesPerStep}.`,
      );
    this.features = new Float32Array(this.framesPerCall * frontEnd.melBands);
    this.feeds['features'] = new Tensor('float32', this.features, [1, this.framesPerCall, frontEnd.melBands]);
    this.scores = new Float32Array(this.stepsPerCall * heads.length);
    this.results[SCORES] = new Tensor('float32', this.scores, [1, this.stepsPerCall, heads.length]);
    this.embedding = new Float32Array(this.stepsPerCall * trunk.embedding);
    this.results[EMBEDDING] = new Tensor('float32', this.embedding, [1, this.stepsPerCall, trunk.embedding]);
    this.frontEnd = frontEnd;
    this.states = carriedBy(trunk.states);
    this.trunkSha256 = trunk.sha256;
    for (const state of this.states) {
      this.feeds[state.name] = zeros(state.shape);
      this.results[outputOf(state)] = zeros(state.shape);
    }
  }

  reset(): void {
    for (const { name } of this.states) floatsOf(this.feeds[name]).fill(0);
  }

  /** Takes over the state of another stream, if it ran the same trunk; the state of another trunk does not fit. */
  continueFrom(other: NetworkStream): void {
    if (other.trunkSha256 !== this.trunkSha256) return;
    for (const { name } of this.states) floatsOf(this.feeds[name]).set(floatsOf(other.feeds[name]));
  }

  /**
   * Computes the scores of one call, [step * heads + head], in an array that the next call overwrites. Advances the
   * state.
   */
  async run(): Promise<Float32Array> {
    const { feeds, results } = this;
    await this.session.run(feeds, results);
    // The state outputs of this call are the inputs of the next call, so swap their buffers.
    for (const state of this.states) {
      const spent = feeds[state.name] as Tensor;
      feeds[state.name] = results[outputOf(state)] as Tensor;
      results[outputOf(state)] = spent;
    }
    return this.scores;
  }
}

function parseDecision(dir: string, bytes: Uint8Array): Decision {
  try {
    return Decision.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new EarshotError('RELEASE_BROKEN', `decision.json of ${dir} does not match its contract: ${String(error)}.`, {
      cause: error,
    });
  }
}

/**
 * Fails unless every head has an entry that uses only evidence that this version measures and does not delay the reports of
 * an alarm that may save a life.
 */
function requireUnderstood({ labels }: Decision, heads: readonly Head[], dir: string): void {
  const names = evidenceNames(heads.map(({ label }) => label));
  for (const { label } of heads) {
    const rules = labels[label];
    if (!rules) throw new EarshotError('RELEASE_BROKEN', `decision.json of ${dir} has no entry for ${label}.`);
    const unknown = Object.keys(rules.weights).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new EarshotError(
        'RELEASE_BROKEN',
        `decision.json of ${dir} uses ${unknown} for ${label}, which this version does not measure.`,
      );
    if (rules.listenOnS !== undefined && isSafety(label))
      throw new EarshotError(
        'RELEASE_BROKEN',
        `decision.json of ${dir} has listenOnS for ${label}, but reports of safety labels must be sent at once.`,
      );
  }
}

const zeros = (shape: readonly number[]): Tensor =>
  new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);

const floatsOf = (tensor: Tensor | undefined): Float32Array => tensor?.data as Float32Array;
