/**
 * Migrates a database at the same moment as other processes of this script: `node migrate-process.ts DATABASE_URL`. It reports when it is
 * ready, and begins when the test says so.
 */
import { once } from 'node:events';
import { stdin, stdout } from 'node:process';
import { openDatabase } from '../store/database.ts';

const database = openDatabase(process.argv[2] ?? '');
stdout.write('ready\n');
await once(stdin, 'data');
await database.migrate();
await database.check();
await database.close();
