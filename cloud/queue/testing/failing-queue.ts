import { EarshotError } from '@earshot/shared/errors.ts';
import type { OutgoingMessage, ReceivedMessage, ReceiveOptions, WorkQueue } from '../work-queue.ts';

type Call = 'receive' | 'extend' | 'ack' | 'release' | 'bury';

/** A queue whose calls fail as often as a test requests, as if its server were briefly unreachable. */
export class FailingQueue implements WorkQueue {
  readonly kind;
  private readonly queue: WorkQueue;
  private readonly failures = new Map<Call, number>();

  constructor(queue: WorkQueue) {
    this.queue = queue;
    this.kind = queue.kind;
  }

  failNext(call: Call, times: number): void {
    this.failures.set(call, times);
  }

  /** How many of the requested failures have not happened yet. */
  get pendingFailures(): number {
    return [...this.failures.values()].reduce((sum, times) => sum + times, 0);
  }

  send = (messages: readonly OutgoingMessage[]) => this.queue.send(messages);
  receive = (options: ReceiveOptions) => this.call('receive', () => this.queue.receive(options));
  extend = (message: ReceivedMessage, leaseMs: number) =>
    this.call('extend', () => this.queue.extend(message, leaseMs));
  ack = (message: ReceivedMessage) => this.call('ack', () => this.queue.ack(message));
  release = (message: ReceivedMessage, delayMs: number) =>
    this.call('release', () => this.queue.release(message, delayMs));
  bury = (message: ReceivedMessage, reason: string) => this.call('bury', () => this.queue.bury(message, reason));
  deadLetters = (max: number) => this.queue.deadLetters(max);
  redrive = () => this.queue.redrive();
  depth = () => this.queue.depth();
  check = () => this.queue.check();
  close = async () => this.queue.close?.();

  private async call<T>(name: Call, work: () => Promise<T>): Promise<T> {
    const left = this.failures.get(name) ?? 0;
    if (left === 0) return work();
    this.failures.set(name, left - 1);
    throw new EarshotError('QUEUE', `${name}: connection reset`, { details: { retryable: true } });
  }
}
