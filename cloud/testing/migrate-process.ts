/**
 * Migrates a database at the same moment as other such processes: `node migrate-process.ts DATABASE_URL`. It reports
 * when it is ready, and begins when the test asks for it.
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
