import { EarshotError } from '@earshot/shared/errors.ts';
import { readEventRows } from '../recordings/event-rows.ts';
import type { EventsByFile, ScoredEvent } from './scored-event.ts';

/** Reads the events of an annotation TSV, in the order of its lines. Throws one error that lists all invalid lines. */
export async function readAnnotations(path: string): Promise<EventsByFile> {
  const events = new Map<string, ScoredEvent[]>();
  const bad: string[] = [];
  for (const { file, onset, offset, label, line } of await readEventRows(path)) {
    const list = events.get(file) ?? [];
    events.set(file, list);
    if (onset === '' && offset === '') {
      if (label === '' && file.includes(',')) bad.push(`line ${line} has commas and no tab`);
      continue;
    }
    const [onsetS, offsetS] = [Number(onset), Number(offset)];
    if (!(onsetS >= 0) || !Number.isFinite(offsetS) || onset === '' || offset === '' || label === '')
      bad.push(
        `line ${line}: onset ${JSON.stringify(onset)}, offset ${JSON.stringify(offset)}, label ${JSON.stringify(label)}`,
      );
    else list.push({ label, onsetS, offsetS });
  }
  if (bad.length === 0) return events;
  const more = bad.length > 5 ? ` and ${bad.length - 5} more` : '';
  throw new EarshotError('CORPUS_LABELS', `${path}: ${bad.slice(0, 5).join('; ')}${more}.`, { details: bad });
}
