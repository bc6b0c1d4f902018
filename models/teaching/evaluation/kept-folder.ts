import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Increase this number when a change of rendering, teaching or counting makes stored results invalid. */
const VERSION = 2;

/** Everything that a result depends on, by name. */
type Inputs = Readonly<Record<string, string | number>>;

/**
 * A folder for the results of exactly these inputs. Other inputs get another folder, so that no outdated result is
 * used.
 */
export function keptFolder(work: string, name: string, inputs: Inputs): string {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256')
    .update(JSON.stringify([VERSION, sorted]))
    .digest('hex');
  return join(work, `${name}-${hash.slice(0, 12)}`);
}
