import type Sqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';

/**
 * Makes transactions take the write lock when they begin. By default SQLite takes it at the first write. Then a
 * transaction of a second process (a worker beside the API) that has already read something fails at once, whatever
 * busy_timeout is.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  private readonly file: SqliteDatabase;

  constructor(file: Sqlite.Database) {
    const prepared = new PreparedOnce(file);
    super({ database: prepared });
    this.file = prepared;
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: this.file });
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }
}

/**
 * Makes Kysely create tables inside a transaction. Without it two processes that start on a new file (the API and a
 * worker) would both find no tables and both create them.
 */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /**
   * On a full disk SQLite has already rolled back, so this roll-back fails. Its error is ignored, because the first
   * error must be reported.
   */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch((error: unknown) => {
      // Check the text and not the class: in tests, better-sqlite3's errors may come from another realm and be no
      // instance of this module's Error.
      if (!String(error).includes('no transaction is active')) throw error;
    });
  }
}

/** The size of the cache. It is limited, because statements with lists of ids come in ever new variants. */
const MOST_STATEMENTS = 500;

/** Caches prepared statements: preparing one costs more than running it, and the same few dozen run all day. */
class PreparedOnce implements SqliteDatabase {
  private readonly file: Sqlite.Database;
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(file: Sqlite.Database) {
    this.file = file;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.statements.get(sql);
    if (known) return known;
    if (this.statements.size >= MOST_STATEMENTS) this.statements.clear();
    const statement = this.file.prepare(sql) as unknown as SqliteStatement;
    this.statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.file.close();
  }
}
