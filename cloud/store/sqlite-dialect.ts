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
 * Makes transactions take the write lock when they begin. By default SQLite takes it at the first write. If another process (a worker
 * beside the API) has written meanwhile, a transaction that has already read something would then fail at once, whatever busy_timeout is.
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
 * Makes Kysely create tables inside a transaction. Otherwise two processes that start on a new file (the API and a worker) would both find
 * no tables and both create them.
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
   * On a full disk SQLite has already rolled back, so this roll-back fails. Ignore its error, because the first error must be reported.
   */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch((error: unknown) => {
      // Check the text instead of the class: in tests, errors of better-sqlite3 may come from another realm, so they are not instances of
      // this module's Error.
      if (!String(error).includes('no transaction is active')) throw error;
    });
  }
}

/**
 * The maximum number of cached statements. Statements with lists of ids come in ever new variants, so the cache must be limited.
 */
const MOST_STATEMENTS = 500;

/** Caches prepared statements: preparing a statement costs more than running it, and the same few dozen run all day. */
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
