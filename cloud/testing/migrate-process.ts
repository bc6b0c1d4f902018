/** A process of the cloud that starts at the same moment as others: `node migrate-process.ts DATABASE_URL MS_SINCE_1970`. */
import { openDatabase } from '../store/database.ts';

const [url = '', at = '0'] = process.argv.slice(2);
const database = openDatabase(url);
// Not a timer: the milliseconds between two timers are what hides a race.
while (Date.now() < Number(at));
await database.migrate();
await database.check();
await database.close();
