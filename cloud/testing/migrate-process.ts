/** A process of the cloud that starts at the same moment as others: `node migrate-process.ts DATABASE_URL`. It reports when it is ready and begins on a signal. */
import { once } from 'node:events';
import { stdin, stdout } from 'node:process';
import { openDatabase } from '../store/database.ts';

const database = openDatabase(process.argv[2] ?? '');
stdout.write('ready\n');
await once(stdin, 'data');
await database.migrate();
await database.check();
await database.close();
