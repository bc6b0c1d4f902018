import type { DropIn } from '@earshot/shared/contracts/drop-in.ts';
import { call } from '../core/api.ts';
import { clock, day, number } from '../words/format.ts';
import { t } from '../words/words.ts';
import { useLoaded } from './use-loaded.ts';

/**
 * Lists who listened live, when, and to which room. With `deviceId` it lists only one device. It loads again when
 * `version` changes.
 */
export function DropInLog({ deviceId, version = '' }: { deviceId?: string; version?: string }) {
  const { value, failure } = useLoaded(
    (signal) => call<{ items: DropIn[] }>('GET', '/v1/drop-ins', undefined, signal),
    version,
  );
  const words = t().live;
  const items = value?.items.filter((item) => deviceId === undefined || item.deviceId === deviceId);
  return (
    <section class="drop-ins" aria-labelledby="drop-ins-title">
      <h2 id="drop-ins-title">{words.log}</h2>
      {failure && <p>{failure}</p>}
      {items?.length === 0 && <p class="fine">{words.nobody}</p>}
      <ul class="rows">
        {items?.map((item) => (
          <li key={item.id} class="row">
            <span class="row-words">
              <span>{words.entry(item.by, item.where)}</span>
              <small>{`${day(item.startedAt)}, ${clock(item.startedAt)} · ${howLong(item)}`}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function howLong({ startedAt, until }: DropIn): string {
  if (Date.parse(until) > Date.now()) return t().live.now;
  return t().live.seconds(number((Date.parse(until) - Date.parse(startedAt)) / 1000));
}
