/** One finding of `earshot doctor`: what was checked, what was found, what to do. */
export interface Finding {
  name: string;
  /** `lack`: something optional is missing; `bad`: Earshot does not work here. */
  state: 'ok' | 'lack' | 'bad';
  says: string;
  /** Null when nothing is to be done. */
  todo: string | null;
}

export const ok = (name: string, says: string): Finding => ({ name, state: 'ok', says, todo: null });
export const lack = (name: string, says: string, todo: string): Finding => ({ name, state: 'lack', says, todo });
export const bad = (name: string, says: string, todo: string): Finding => ({ name, state: 'bad', says, todo });
