import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { MIGRATIONS } from './migrations.ts';
import type { Schema } from './schema.ts';
import { ImmediateSqliteDialect } from './sqlite-dialect.ts';
import { IntegrityCheck, markDatabaseMade, refuseLostDatabase } from './sqlite-file.ts';

/** Runs queries, either directly on the database or inside a transaction. */
export type Queries = Kysely<Schema> | Transaction<Schema>;

export interface Database {
  readonly kind: 'sqlite' | 'postgres';
  readonly queries: Kysely<Schema>;
  /**
   * Runs `work` in a transaction. On PostgreSQL the transaction is retried after a conflict with another transaction.
   */
  transact<T>(work: (queries: Transaction<Schema>) => Promise<T>): Promise<T>;
  migrate(): Promise<void>;
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a database by its URL: `sqlite:PATH`, `sqlite::memory:` or `postgres://…`. */
export function openDatabase(url: string, options: { poolSize?: number } = {}): Database {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length));
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url, options.poolSize ?? 10);
  throw new EarshotError(
    'SETTING_INVALID',
    `EARSHOT_DATABASE_URL must begin with sqlite: or postgres://, not "${url.split(':')[0] ?? ''}:".`,
  );
}

function openSqlite(path: string): Database {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    if (path !== ':memory:') refuseLostDatabase(path);
    const file = new Sqlite(path);
    file.pragma('journal_mode = WAL');
    // fsync every commit, so that a committed candidate survives a power cut.
    file.pragma('synchronous = FULL');
    file.pragma('foreign_keys = ON');
    // Overwrite deleted rows with zeros. Otherwise the names and alerts of a deleted home stay readable in the file.
    file.pragma('secure_delete = ON');
    file.pragma('busy_timeout = 5000');
    return new KyselyDatabase(
      'sqlite',
      new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(file), plugins: [new CamelCasePlugin()] }),
      { onMade: () => path !== ':memory:' && markDatabaseMade(path), integrity: new IntegrityCheck(file) },
    );
  } catch (error) {
    throw asEarshotError(error, 'DATABASE', path);
  }
}

/**
 * How long to wait for a connection. When the database hangs, a request must not wait longer than a device waits for its answer.
 */
const CONNECT_WITHIN_MS = 5000;

function openPostgres(url: string, poolSize: number): Database {
  type Parser = (text: string) => unknown;
  const types: pg.CustomTypesConfig = {
    // Reads bigint as a number. In this schema bigint columns contain only ms since the epoch, which are far below 2^53.
    getTypeParser: (oid, format) =>
      (Number(oid) === Number(pg.types.builtins.INT8) ? Number : pg.types.getTypeParser(oid, format)) as Parser,
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    types,
  });
  // When a connection breaks (e.g. in a failover), its query is rejected, and the pool opens a new connection for the next query. Without
  // this listener the error would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new KyselyDatabase(
    'postgres',
    new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] }),
  );
}

/**
 * Codes for a serialisation failure, a deadlock and a unique violation. After these errors a retry helps, because it sees the committed
 * result of the other transaction.
 */
const MET_ANOTHER = new Set([
  '40001',
  '40P01',
  '23505',
  'SQLITE_BUSY',
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);
const MOST_TRIES = 5;

function metAnother(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && MET_ANOTHER.has(code);
}

/** Functions that only SQLite needs, whose database is a file. */
interface FileCare {
  onMade: () => void;
  integrity: IntegrityCheck;
}

class KyselyDatabase implements Database {
  readonly kind: 'sqlite' | 'postgres';
  readonly queries: Kysely<Schema>;
  private readonly file: FileCare | null;

  constructor(kind: 'sqlite' | 'postgres', queries: Kysely<Schema>, file: FileCare | null = null) {
    this.kind = kind;
    this.queries = queries;
    this.file = file;
  }

  async transact<T>(work: (queries: Transaction<Schema>) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.queries.transaction().execute(work);
      } catch (error) {
        if (tries >= MOST_TRIES || !metAnother(error)) throw error;
      }
    }
  }

  async migrate(): Promise<void> {
    const migrator = new Migrator({ db: this.queries, provider: { getMigrations: async () => MIGRATIONS } });
    let outcome = await migrator.migrateToLatest();
    // Retry: another process that started at the same moment may lock the tables for longer than one query waits.
    for (let tries = 1; tries < MOST_TRIES && metAnother(outcome.error); tries++)
      outcome = await migrator.migrateToLatest();
    const { error, results } = outcome;
    const failed = results?.find((result) => result.status === 'Error');
    if (error) throw asEarshotError(error, 'DATABASE', failed ? `migration ${failed.migrationName}` : 'migrations');
    this.file?.onMade();
  }

  async check(): Promise<void> {
    try {
      await this.queries.selectFrom('homes').select('id').limit(1).execute();
      this.file?.integrity.check();
      if (this.file) await this.probeWrite();
    } catch (error) {
      throw asEarshotError(error, 'DATABASE', this.kind);
    }
  }

  /** Checks that the database can be written, because on a full or read-only disk only reads work. */
  private async probeWrite(): Promise<void> {
    const probe = { hash: 'probe', reason: 'removed' as const, atMs: Date.now() };
    await this.transact(async (queries) => {
      await queries.insertInto('endedTokens').values(probe).execute();
      await queries.deleteFrom('endedTokens').where('hash', '=', probe.hash).execute();
    });
  }

  close(): Promise<void> {
    return this.queries.destroy();
  }
}
