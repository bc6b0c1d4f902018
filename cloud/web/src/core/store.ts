import { useEffect, useRef, useState } from 'preact/hooks';

export interface Store<T> {
  get(): T;
  set(patch: Partial<T>): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(patch) {
      state = { ...state, ...patch };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Subscribes a component to a part of the store. It renders again only when the value of `select` has changed. */
export function useStore<T extends object, P>(store: Store<T>, select: (state: T) => P): P {
  const [picked, setPicked] = useState(() => select(store.get()));
  const latest = useRef(select);
  latest.current = select;
  useEffect(() => {
    const update = () => setPicked(() => latest.current(store.get()));
    update();
    return store.subscribe(update);
  }, [store]);
  const now = select(store.get());
  return Object.is(now, picked) ? picked : now;
}
