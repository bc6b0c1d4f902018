import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Change } from './disk-log.ts';

/** A disk writes a sector completely or not at all. */
const SECTOR = 512;

type DataChange = Extract<Change, { kind: 'write' | 'truncate' }>;

/** A file as the disk keeps it, without its name. */
interface Inode {
  isFolder: boolean;
  /** Content that an fsync has made safe. */
  safe: Buffer;
  /** Writes since the last fsync. */
  unsafe: DataChange[];
}

type NameChange = { path: string; to: Inode | null; folder: string; with?: NameChange };

/**
 * A disk with a cache that loses power. What was fsynced is kept. Each write since then is kept, lost, or kept in some
 * of its sectors only. Of the changes to the names in a folder since its last fsync (created, renamed, removed), an
 * arbitrary number of the earliest ones is kept: the journal of a file system keeps changes in their order. POSIX
 * promises no more than this.
 */
export class Disk {
  /** The files as the running process sees them. */
  private readonly names = new Map<string, Inode>();
  private readonly safeNames = new Map<string, Inode>();
  private unsafeNames: NameChange[] = [];

  apply(change: Change): void {
    switch (change.kind) {
      case 'create':
      case 'folder':
        this.rename(change.path, { isFolder: change.kind === 'folder', safe: Buffer.alloc(0), unsafe: [] });
        break;
      case 'remove':
        this.rename(change.path, null);
        break;
      case 'rename': {
        const moved = this.names.get(change.path) ?? null;
        const gone: NameChange = { path: change.path, to: null, folder: dirname(change.path) };
        this.rename(change.to, moved, gone);
        this.names.delete(change.path);
        break;
      }
      case 'sync':
        this.sync(change.path);
        break;
      case 'write':
      case 'truncate':
        this.names.get(change.path)?.unsafe.push(change);
        break;
      case 'mark':
    }
  }

  /**
   * One of the states that the disk may be in when the power is cut now: the contents of each file by its name; null
   * for a folder.
   */
  afterPowerCut(random: () => number): Map<string, Buffer | null> {
    const names = new Map(this.safeNames);
    for (const folder of new Set(this.unsafeNames.map((change) => change.folder))) {
      const changes = this.unsafeNames.filter((change) => change.folder === folder);
      const kept = Math.floor(random() * (changes.length + 1));
      for (const change of changes.slice(0, kept)) setName(names, change);
    }
    const files = new Map<string, Buffer | null>();
    for (const [path, inode] of names)
      if (isReachable(path, names)) files.set(path, inode.isFolder ? null : contentOf(inode, random));
    return files;
  }

  private rename(path: string, to: Inode | null, together?: NameChange): void {
    const change = { path, to, folder: dirname(path), ...(together ? { with: together } : {}) };
    this.unsafeNames.push(change);
    setName(this.names, change);
  }

  private sync(path: string): void {
    for (const change of this.unsafeNames) if (change.folder === path) setName(this.safeNames, change);
    this.unsafeNames = this.unsafeNames.filter(({ folder }) => folder !== path);
    const inode = this.names.get(path);
    if (!inode || inode.isFolder) return;
    inode.safe = inode.unsafe.reduce((content, change) => written(content, change, () => true), inode.safe);
    inode.unsafe = [];
  }
}

/** Writes into `folder` the files that `afterPowerCut` returned. */
export function placeFiles(files: ReadonlyMap<string, Buffer | null>, folder: string): void {
  for (const [path, content] of files) {
    const at = join(folder, path);
    mkdirSync(content === null ? at : dirname(at), { recursive: true });
    if (content !== null) writeFileSync(at, content);
  }
}

function setName(names: Map<string, Inode>, change: NameChange): void {
  if (change.to) names.set(change.path, change.to);
  else names.delete(change.path);
  if (change.with) setName(names, change.with);
}

const isReachable = (path: string, names: ReadonlyMap<string, Inode>): boolean =>
  dirname(path) === '.' || (names.has(dirname(path)) && isReachable(dirname(path), names));

/**
 * Chooses which unsafe writes are kept: none, all, or an arbitrary part. None and all are the usual cases of a real
 * disk.
 */
function contentOf({ safe, unsafe }: Inode, random: () => number): Buffer {
  const fate = random();
  if (fate < 0.2) return safe;
  const keeps = fate < 0.4 ? () => true : () => random() < 0.5;
  return unsafe.reduce((content, change) => {
    if (keeps()) return written(content, change, fate < 0.4 || random() < 0.5 ? () => true : keeps);
    return content;
  }, safe);
}

/**
 * `keeps`: whether a sector reaches the disk. A sector that does not, and lies beyond the end of the file so far,
 * reads as zeros.
 */
function written(content: Buffer, change: DataChange, keeps: () => boolean): Buffer {
  if (change.kind === 'truncate') return resized(content, change.size);
  const { offset, bytes } = change;
  const result = resized(content, Math.max(content.length, offset + bytes.length));
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + SECTOR - ((offset + at) % SECTOR));
    if (keeps()) bytes.copy(result, offset + at, at, end);
    at = end;
  }
  return result;
}

function resized(content: Buffer, size: number): Buffer {
  const result = Buffer.alloc(size);
  content.copy(result, 0, 0, size);
  return result;
}
