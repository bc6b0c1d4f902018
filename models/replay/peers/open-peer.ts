import type { Peer } from './peer.ts';

export const PEERS = ['alarm-band', 'yamnet', 'teacher'] as const;
export type PeerName = (typeof PEERS)[number];

/** Opens all peers or none: when one cannot be opened, the others are closed again. */
export async function openPeers(names: readonly PeerName[]): Promise<Peer[]> {
  const peers: Peer[] = [];
  try {
    for (const name of names) peers.push(await openPeer(name));
    return peers;
  } catch (error) {
    await closePeers(peers);
    throw error;
  }
}

export const closePeers = async (peers: readonly Peer[]): Promise<void> =>
  void (await Promise.allSettled(peers.map((peer) => peer.close())));

async function openPeer(name: PeerName): Promise<Peer> {
  if (name === 'alarm-band') return new (await import('./alarm-band.ts')).AlarmBand();
  if (name === 'teacher') return (await import('./teacher-peer.ts')).TeacherPeer.open(process.env);
  return (await import('./yamnet.ts')).Yamnet.open(process.env);
}
