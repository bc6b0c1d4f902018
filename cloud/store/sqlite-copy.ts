import Sqlite from 'better-sqlite3';
import { asEarshotError } from '@earshot/shared/errors.ts';

/** Copies a consistent snapshot of a database, even while a cloud writes to it. */
export async function copySqlite(from: string, to: string): Promise<void> {
  try {
    const file = new Sqlite(from, { readonly: true, fileMustExist: true });
    try {
      await file.backup(to);
    } finally {
      file.close();
    }
  } catch (error) {
    throw asEarshotError(error, 'DATABASE', from);
  }
}

/** Throws DATABASE when the file is not an intact SQLite database. */
export function checkSqlite(path: string): void {
  try {
    const file = new Sqlite(path, { readonly: true, fileMustExist: true });
    try {
      const found = file.pragma('integrity_check', { simple: true });
      if (found !== 'ok') throw new Error(String(found));
    } finally {
      file.close();
    }
  } catch (error) {
    throw asEarshotError(error, 'DATABASE', path);
  }
}
