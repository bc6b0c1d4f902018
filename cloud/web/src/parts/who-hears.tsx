import type { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { call } from '../core/api.ts';
import { ago, soundName } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Icon, tone } from './icon.tsx';
import { useLoaded } from './use-loaded.ts';

/** Shows for each alarm which devices heard it the last time, and which devices no longer hear it. */
export function WhoHears() {
  const words = t().rooms;
  const { value } = useLoaded((signal) => call<RoomGraph>('GET', '/v1/rooms', undefined, signal));
  if (!value || value.alarms.length === 0) return null;
  const nameOf = (id: string): string => {
    const device = value.devices.find(({ deviceId }) => deviceId === id);
    return device ? device.room || device.name : '';
  };
  return (
    <section class="rows" aria-labelledby="who-hears-title">
      <h2 id="who-hears-title">{words.title}</h2>
      {value.alarms.map(({ label, at, lastAt, heardBy, notHeardBy, lostBy }) => (
        <div key={`${label} ${at.deviceId}`} class="row" data-tone={tone(label)}>
          <Icon name={lostBy.length > 0 ? 'alert' : 'ear'} />
          <span class="row-words">
            <span>
              {soundName(label)}, {at.room || at.name}:{' '}
              {words.heardBy(heardBy.length, heardBy.length + notHeardBy.length)}
            </span>
            <small>
              {heardBy.map(nameOf).join(', ')} · {ago(lastAt)}
            </small>
            {lostBy.map((id) => (
              <span key={id}>{words.lost(nameOf(id))}</span>
            ))}
          </span>
        </div>
      ))}
      <a class="row row-link" href="/v1/rooms.ttl" download="earshot-rooms.ttl">
        <Icon name="download" />
        <span class="row-words">
          <span>{words.export}</span>
          <small>{words.exportHint}</small>
        </span>
      </a>
    </section>
  );
}
