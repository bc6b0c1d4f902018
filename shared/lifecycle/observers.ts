type Observer<Values extends unknown[]> = (...values: Values) => void;

/**
 * Events that others only observe: `Events` maps each event's name to its values. An observer that throws is reported
 * to `onThrow` and disturbs neither the emitter nor the other observers: detection must not end because a terminal
 * cannot print. (EventEmitter would throw the error at the emitter.)
 */
export class Observers<Events extends Record<keyof Events, unknown[]>> {
  private readonly onThrow: (error: unknown, event: keyof Events) => void;
  private readonly byEvent: { [Name in keyof Events]?: Observer<Events[Name]>[] } = {};

  constructor(onThrow: (error: unknown, event: keyof Events) => void) {
    this.onThrow = onThrow;
  }

  on<Name extends keyof Events>(event: Name, observer: Observer<Events[Name]>): void {
    this.byEvent[event] = [...(this.byEvent[event] ?? []), observer];
  }

  emit<Name extends keyof Events>(event: Name, ...values: Events[Name]): void {
    for (const observer of this.byEvent[event] ?? []) {
      try {
        observer(...values);
      } catch (error) {
        this.onThrow(error, event);
      }
    }
  }

  isObserved(event: keyof Events): boolean {
    return this.byEvent[event] !== undefined;
  }
}
