import type { Incident } from '@earshot/shared/contracts/home.ts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { failureText } from '../parts/say.tsx';
import { call } from './api.ts';
import { app } from './home.ts';
import { useStore } from './store.ts';

export interface HistoryFilter {
  label: string;
  verdict: string;
  deviceId: string;
}

interface Page {
  items: Incident[];
  nextCursor: string | null;
}

/**
 * Loads the history page by page, and adds changes from the live stream, such as a new alert or a deletion on another
 * phone.
 */
export function useHistory(filter: HistoryFilter) {
  const [page, setPage] = useState<Page | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const live = useStore(app, (state) => state.incidents);

  const load = (cursor: string | null, signal?: AbortSignal) => {
    const query = new URLSearchParams(
      Object.entries({ ...filter, cursor: cursor ?? '' }).filter(([, value]) => value !== ''),
    );
    return call<Page>('GET', `/v1/incidents?${query}`, undefined, signal).then(
      (next) => {
        setFailure(null);
        setPage((before) => (cursor && before ? { ...next, items: [...before.items, ...next.items] } : next));
      },
      (error: unknown) => {
        if (!signal?.aborted) setFailure(failureText(error));
      },
    );
  };

  useEffect(() => {
    const stop = new AbortController();
    void load(null, stop.signal);
    return () => stop.abort();
  }, [filter.label, filter.verdict, filter.deviceId, round]);

  const incidents = useMemo(() => (page ? merge(page.items, live, filter) : null), [page, live, filter]);
  return {
    incidents,
    failure,
    more: page?.nextCursor != null,
    loadMore: () => void load(page?.nextCursor ?? null),
    reload: () => setRound(round + 1),
  };
}

function merge(listed: Incident[], live: Record<string, Incident | null>, filter: HistoryFilter): Incident[] {
  const known = new Set(listed.map((incident) => incident.id));
  const newest = listed[0] ? Date.parse(listed[0].startedAt) : -Infinity;
  const fresh = Object.values(live)
    .filter((incident) => incident !== null)
    .filter((incident) => !known.has(incident.id) && Date.parse(incident.startedAt) > newest && fits(incident, filter));
  return [...fresh, ...listed]
    .map((incident) => live[incident.id] ?? (live[incident.id] === null ? null : incident))
    .filter((incident) => incident !== null)
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}

const fits = (incident: Incident, filter: HistoryFilter): boolean =>
  (filter.label === '' || incident.label === filter.label) &&
  (filter.verdict === '' || incident.verdict === filter.verdict) &&
  (filter.deviceId === '' || incident.devices.some((device) => device.id === filter.deviceId));
