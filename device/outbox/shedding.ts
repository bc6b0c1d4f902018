import { CLASS_RANK, isSafety, labelInfo } from '@earshot/shared/labels.ts';

export interface Bounds {
  maxBytes: number;
  maxRecords: number;
}

export interface Shedable {
  id: string;
  label: string;
  bytes: number;
  clipBytes: number;
}

export type Shed = { what: 'clip' | 'record'; id: string };

/** Order of delivery: safety, then security, then upkeep; within a class the oldest first (ids are time-ordered). */
export function byUrgency(a: { id: string; label: string }, b: { id: string; label: string }): number {
  const rank = CLASS_RANK[labelInfo(a.label).class] - CLASS_RANK[labelInfo(b.label).class];
  return rank !== 0 ? rank : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/**
 * Chooses what a full outbox drops next: first clips, then whole records; among these the lowest class first, and
 * within a class the oldest first. A safety record is never dropped, because its kilobyte of metadata alerts the
 * homeowner. Null: nothing more may be dropped.
 */
export function nextToShed(entries: readonly Shedable[], over: 'bytes' | 'records'): Shed | null {
  const lowestFirst = [...entries].sort((a, b) => {
    const rank = CLASS_RANK[labelInfo(b.label).class] - CLASS_RANK[labelInfo(a.label).class];
    return rank !== 0 ? rank : a.id < b.id ? -1 : 1;
  });
  if (over === 'bytes') {
    const withClip = lowestFirst.find((entry) => entry.clipBytes > 0);
    if (withClip) return { what: 'clip', id: withClip.id };
  }
  const record = lowestFirst.find((entry) => !isSafety(entry.label));
  return record ? { what: 'record', id: record.id } : null;
}
