type Observer<Values extends unknown[]> = (...values: Values) => void;

/**
 * An event emitter that its observers cannot disturb; `Events` maps each event's name to its values. When an observer
 * throws, its error is passed to `onThrow`, and the emitter and the other observers continue, because detection must
 * not end when a terminal cannot print. (Node's EventEmitter throws the observer's error at the code that emits.)
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
