import type { Incident } from '@earshot/shared/contracts/home.ts';
import { useState } from 'preact/hooks';
import { app, deleteIncidents } from '../core/home.ts';
import { useHistory } from '../core/use-history.ts';
import { useStore } from '../core/store.ts';
import { ask } from '../parts/ask.tsx';
import { Failed } from '../parts/failed.tsx';
import { Filters, NO_FILTER } from '../parts/filters.tsx';
import { HistoryRow } from '../parts/history-row.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Page } from '../parts/page.tsx';
import { attempt, say } from '../parts/say.tsx';
import { day } from '../words/format.ts';
import { t } from '../words/words.ts';

export default function History() {
  const [filter, setFilter] = useState(NO_FILTER);
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const devices = useStore(app, (state) => state.home?.devices ?? []);
  const { incidents, failure, more, loadMore, reload } = useHistory(filter);
  const filtered = Object.values(filter).some((value) => value !== '');

  const removeSelected = async () => {
    const ids = [...(selected ?? [])];
    const yes = await ask({
      title: t().history.deleteAsk(ids.length),
      text: t().alert.deleteMeaning,
      action: t().common.delete,
    });
    if (yes && (await attempt(() => deleteIncidents(ids)))) {
      say(t().history.deletedSome(ids.length));
      setSelected(null);
    }
  };
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };

  return (
    <Page
      title={t().history.title}
      class="history"
      aside={
        <span class="page-actions">
          <a class="button button-quiet" href="/v1/export" download="earshot.json">
            <Icon name="download" size={20} />
            {t().history.export}
          </a>
          {incidents && incidents.length > 0 && (
            <button type="button" class="button button-quiet" onClick={() => setSelected(selected ? null : new Set())}>
              {selected ? t().history.done : t().history.select}
            </button>
          )}
        </span>
      }
    >
      <Filters filter={filter} devices={devices} onChange={setFilter} />
      {failure !== null && <Failed text={failure} retry={reload} />}
      {incidents?.length === 0 &&
        (filtered ? (
          <Empty title={t().history.emptyFilterTitle} text={t().history.emptyFilter}>
            <button type="button" class="button" onClick={() => setFilter(NO_FILTER)}>
              {t().history.clearFilters}
            </button>
          </Empty>
        ) : (
          <Empty title={t().history.emptyTitle} text={t().history.empty} />
        ))}
      {byDay(incidents ?? []).map(([name, ofDay]) => (
        <section key={name} class="day" aria-label={name}>
          <h2>{name}</h2>
          <ul>
            {ofDay.map((incident) => (
              <HistoryRow
                key={incident.id}
                incident={incident}
                selected={selected ? selected.has(incident.id) : null}
                onToggle={() => toggle(incident.id)}
              />
            ))}
          </ul>
        </section>
      ))}
      {more && (
        <button type="button" class="button" onClick={loadMore}>
          {t().history.older}
        </button>
      )}
      {selected && selected.size > 0 && (
        <div class="bottom-bar">
          <button type="button" class="button button-danger" onClick={() => void removeSelected()}>
            <Icon name="trash" size={20} />
            {t().history.deleteSome(selected.size)}
          </button>
        </div>
      )}
    </Page>
  );
}

function byDay(incidents: Incident[]): [string, Incident[]][] {
  const days = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const name = day(incident.startedAt);
    days.set(name, [...(days.get(name) ?? []), incident]);
  }
  return [...days];
}
