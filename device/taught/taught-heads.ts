import { createHash } from 'node:crypto';
import type { Decision, Head, Manifest } from '@earshot/shared/contracts/release.ts';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import type { Release } from '../releases/release.ts';

interface Extended {
  manifest: Manifest;
  decision: Decision;
  read: (entry: Manifest['trunk'] | Head) => Promise<Uint8Array>;
}

/**
 * The release's heads, followed by the heads of the taught sounds. The released heads keep their columns, files and
 * decisions, so their scores do not change. A head for another trunk is left out, because its scores would be
 * meaningless.
 */
export function withTaught(release: Release, decision: Decision, taught: readonly TaughtSoundFile[]): Extended {
  const { manifest } = release;
  const own = new Map<Head | Manifest['trunk'], Uint8Array>();
  const labels = { ...decision.labels };
  const heads = [...manifest.heads];
  for (const sound of taught) {
    const { label, trunkSha256, levels } = sound;
    if (trunkSha256 !== manifest.trunk.sha256 || heads.some((head) => head.label === label)) continue;
    const bytes = Buffer.from(sound.head, 'base64');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const head = { file: `head-${label}.onnx`, sha256, bytes: bytes.length, label, levels };
    own.set(head, bytes);
    heads.push(head);
    labels[label] = sound.decision;
  }
  return {
    manifest: { ...manifest, heads },
    decision: { ...decision, labels },
    read: async (entry) => own.get(entry) ?? (await release.read(entry)),
  };
}
