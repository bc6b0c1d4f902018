import { useCallback, useEffect, useState } from 'preact/hooks';
import { failureText } from './say.tsx';

export interface Loaded<T> {
  value: T | null;
  failure: string | null;
  reload: () => void;
  /**
   * How many loads have ended, successfully or not. Code that polls waits until this number grows, because `reload`
   * aborts a load in progress.
   */
  loads: number;
}

/** Loads data from the API for one page. Loads it again when `key` changes, and drops it when the page closes. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, key: unknown = ''): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const [loads, setLoads] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    load(stop.signal)
      .then(
        (loaded) => {
          setValue(() => loaded);
          setFailure(null);
        },
        (error: unknown) => {
          if (!stop.signal.aborted) setFailure(failureText(error));
        },
      )
      .finally(() => {
        if (!stop.signal.aborted) setLoads((before) => before + 1);
      });
    return () => stop.abort();
  }, [key, round]);
  return { value, failure, reload: useCallback(() => setRound((last) => last + 1), []), loads };
}
