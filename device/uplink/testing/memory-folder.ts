import { RecordFolder } from '../../outbox/record-folder.ts';

/** An outbox's folder in memory, for tests in fake time: a real disk would need real time. */
export class MemoryFolder extends RecordFolder {
  private readonly files = new Map<string, Uint8Array>();

  constructor() {
    super('memory');
  }

  override list = async (): Promise<string[]> => [...this.files.keys()].sort();
  override check = async (): Promise<void> => undefined;
  override read = async (id: string): Promise<Uint8Array | null> => this.files.get(id) ?? null;
  override remove = async (id: string): Promise<void> => void this.files.delete(id);
  override countSetAside = async (): Promise<number> => 0;

  override async write(id: string, parts: readonly Uint8Array[]): Promise<void> {
    this.files.set(id, Buffer.concat(parts));
  }

  override async setAside(id: string): Promise<void> {
    throw new Error(`nothing should be set aside: ${id}`);
  }
}
