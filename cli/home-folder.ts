import { resolve } from 'node:path';

/** Everything that is kept from run to run lies below it. */
export const homeFolder = (): string => resolve(process.env.EARSHOT_HOME || '.earshot');
