import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { roomGraph } from '@earshot/cloud/rooms/room-graph.ts';
import { openDatabase } from '@earshot/cloud/store/database.ts';
import type { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

/** The room graphs of all homes in a database; by default of the one in EARSHOT_HOME. Earshot may run meanwhile. */
export async function readRooms(folder: string, databaseUrl?: string): Promise<RoomGraph[]> {
  const path = join(folder, 'cloud.db');
  if (databaseUrl === undefined && !existsSync(path))
    throw new EarshotError('USAGE', `${folder} has no cloud.db. Set EARSHOT_HOME to the folder of the home.`);
  const database = openDatabase(databaseUrl ?? `sqlite:${path}`, { poolSize: 1 });
  try {
    const homes = await database.queries.selectFrom('homes').select('id').orderBy('id').execute();
    const graphs: RoomGraph[] = [];
    for (const { id } of homes) graphs.push(await roomGraph(database.queries, id, Date.now()));
    return graphs;
  } finally {
    await database.close();
  }
}
