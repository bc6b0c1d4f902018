/** A moment in the life of a record at which a process can be killed: before or after one call of this method. */
export interface KillPoint {
  step: string;
  /** The object that the method is called on, or its prototype. */
  of: object;
  method: string;
}

export interface Arming {
  step: string;
  when: 'before' | 'after';
  /** Which call triggers the kill, counted from now on. */
  nth: number;
}

type Method = (this: unknown, ...values: unknown[]) => unknown;

let armed: Arming | null = null;

/**
 * Wraps the methods of all steps. A message of the parent process chooses one of them; at its call the process ends
 * itself by SIGKILL.
 */
export function installKillSwitch(points: readonly KillPoint[]): void {
  for (const { step, of, method } of points) wrap(of as Record<string, Method>, step, method);
  process.on('message', (message: { arm?: Arming }) => void (armed = message.arm ?? armed));
  // End together with the parent, so that an interrupted proof leaves no process behind.
  process.on('disconnect', () => process.exit());
  // The message channel alone must not keep a finished process running.
  process.channel?.unref();
}

function wrap(of: Record<string, Method>, step: string, name: string): void {
  const method = of[name];
  if (!method) throw new Error(`no process can be killed at the step "${step}": its method ${name} does not exist`);
  of[name] = function (...values) {
    reach(step, 'before');
    const result = method.apply(this, values);
    if (!(result instanceof Promise)) return result;
    return result.then((value: unknown) => {
      reach(step, 'after');
      return value;
    });
  };
}

function reach(step: string, when: Arming['when']): void {
  if (armed?.step !== step || armed.when !== when || --armed.nth > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // Block the process, so that nothing more runs even if the signal comes late.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
