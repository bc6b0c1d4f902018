import type { Peer } from './peer.ts';

export const PEERS = ['alarm-band', 'yamnet'] as const;
export type PeerName = (typeof PEERS)[number];

export async function openPeer(name: PeerName): Promise<Peer> {
  if (name === 'alarm-band') return new (await import('./alarm-band.ts')).AlarmBand();
  return (await import('./yamnet.ts')).Yamnet.open(process.env);
}
