import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { Network } from '../network/network.ts';
import type { Release } from '../releases/release.ts';

export interface LoadedSounds {
  network: Network;
  /** The taught sounds that the network was loaded with. */
  sounds: readonly TaughtSoundFile[];
}

/**
 * Loads a release with the taught sounds. A sound whose head does not run is left out and reported. It must not stop
 * the release or the other taught sounds from running, because then the home would have no alarm at all.
 */
export async function loadWithTaught(
  release: Release,
  sounds: readonly TaughtSoundFile[],
  report: (sound: TaughtSoundFile, error: EarshotError) => void,
): Promise<LoadedSounds> {
  if (sounds.length === 0) return { network: await Network.load(release), sounds };
  const all = await loadRunning(release, sounds).catch(() => null);
  if (all) return { network: all, sounds };
  // If loading without the taught sounds fails too, they are not the cause.
  const released = await Network.load(release);
  const usable: TaughtSoundFile[] = [];
  for (const sound of sounds) {
    try {
      await (await loadRunning(release, [sound])).close();
      usable.push(sound);
    } catch (error) {
      report(sound, new EarshotError('TAUGHT_SOUND', `${sound.label}: ${String(error)}`, { cause: error }));
    }
  }
  const network = usable.length > 0 ? await loadRunning(release, usable).catch(() => null) : null;
  if (!network) return { network: released, sounds: [] };
  await released.close();
  return { network, sounds: usable };
}

/**
 * A release has golden sounds that test it, but a taught head has none. So compute one call of the network here: a head
 * that fails in a call would stop the microphones, and a head whose score is not a number would never alert.
 */
async function loadRunning(release: Release, sounds: readonly TaughtSoundFile[]): Promise<Network> {
  const network = await Network.load(release, sounds);
  try {
    const scores = await network.openStream().run();
    if (!scores.every(Number.isFinite)) throw new EarshotError('TAUGHT_SOUND', 'a score is not a number');
    return network;
  } catch (error) {
    await network.close();
    throw error;
  }
}
