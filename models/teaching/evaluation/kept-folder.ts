import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Increase it when a change of plays, teaching or counting changes what is kept. */
const VERSION = 2;

/** Everything that a result depends on, by name. */
type Inputs = Readonly<Record<string, string | number>>;

/** A folder for results of these inputs only: with others, nothing that was kept before is used. */
export function keptFolder(work: string, name: string, inputs: Inputs): string {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256')
    .update(JSON.stringify([VERSION, sorted]))
    .digest('hex');
  return join(work, `${name}-${hash.slice(0, 12)}`);
}
