import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Release } from '@earshot/device/releases/release.ts';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';

/** The embeddings that a release's heads get as input: [step * width + i], in steps of 40 ms. */
export class TrunkReader {
  readonly sha256: string;
  readonly width: number;
  readonly stepS: number;
  private readonly manifest: Pick<Manifest, 'trunk' | 'frontEnd'>;
  private readonly session: InferenceSession;

  private constructor(manifest: Pick<Manifest, 'trunk' | 'frontEnd'>, session: InferenceSession) {
    const { trunk, frontEnd } = manifest;
    this.manifest = manifest;
    this.session = session;
    this.sha256 = trunk.sha256;
    this.width = trunk.embedding;
    this.stepS = (trunk.framesPerStep * frontEnd.hopSize) / frontEnd.sampleRate;
  }

  static async open(release: Pick<Release, 'manifest' | 'read'>): Promise<TrunkReader> {
    const session = await InferenceSession.create(await release.read(release.manifest.trunk), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    });
    return new TrunkReader(release.manifest, session);
  }

  /**
   * The embeddings of a single sound, computed from a fresh state. Frames at the end that do not fill a network call
   * are left out, as on the device.
   */
  async embeddingsOf(samples: Float32Array): Promise<Float32Array> {
    const { trunk, frontEnd } = this.manifest;
    const mels: Float32Array[] = [];
    new LogMel(frontEnd).push(samples, (mel) => void mels.push(mel.slice()));
    const frames = mels.length - (mels.length % trunk.framesPerCall);
    if (frames === 0) return new Float32Array(0);
    const features = new Float32Array(frames * frontEnd.melBands);
    mels.slice(0, frames).forEach((mel, i) => features.set(mel, i * frontEnd.melBands));
    const states = trunk.states.map(({ name, shape }) => [
      name,
      new Tensor('float32', new Float32Array(shape.reduce((product, n) => product * n, 1)), shape),
    ]);
    const outputs = await this.session.run({
      features: new Tensor('float32', features, [1, frames, frontEnd.melBands]),
      ...(Object.fromEntries(states) as Record<string, Tensor>),
    });
    return (outputs['embedding'] as Tensor).data as Float32Array;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
