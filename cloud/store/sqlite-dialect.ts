import type Sqlite from 'better-sqlite3';
import { CompiledQuery, type DatabaseConnection, type Driver, SqliteDialect, SqliteDriver } from 'kysely';

/**
 * Transactions that take the write lock when they begin. SQLite's default takes it at the first write, and then a second process
 * (a worker beside the API) that read before fails at once, whatever busy_timeout says.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  private readonly file: Sqlite.Database;

  constructor(file: Sqlite.Database) {
    super({ database: file });
    this.file = file;
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: this.file });
  }
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}
