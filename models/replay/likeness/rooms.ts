import { loadAudio } from '../../corpus/audio-file.ts';
import type { ManifestRow } from '../../corpus/manifest.ts';

const ROOM = /^background_(room|quiet|mixed)$/;
const ROOMS = 4;

/** Recordings of different rooms' noise, evenly spaced in the manifest. */
export async function roomsOf(rows: readonly ManifestRow[], split: string): Promise<Float32Array[]> {
  const recorded = rows.filter((row) => row.split === split && ROOM.test(row.label));
  const chosen = Array.from({ length: ROOMS }, (_, n) => recorded[Math.floor((n * recorded.length) / ROOMS)]);
  return Promise.all(chosen.flatMap((row) => (row ? [loadAudio(row.path)] : [])));
}
