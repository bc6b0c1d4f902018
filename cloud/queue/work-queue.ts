/**
 * Work that must be done at least once. Two adapters keep this promise: a table in the database (database-queue.ts) and
 * Amazon SQS (sqs-queue.ts); work-queue.contract.ts holds both to it.
 *
 * A message that was received is leased: nobody else sees it until the lease ends. Whoever holds it extends the lease while
 * working (the heartbeat must be shorter than the lease) and acks when the work is committed. A lease that ends hands the
 * message to the next receiver; after `maxDeliveries` deliveries it goes to the dead letters. Methods throw QUEUE when the
 * queue itself cannot be used.
 */
export interface WorkQueue {
  readonly kind: 'database' | 'sqs';

  /** Resolves when the message is durable. Throws MESSAGE_TOO_LARGE over `MAX_BODY_BYTES`. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Waits up to `waitMs` for messages and leases up to `max` of them; an empty list when none came.
   * Urgent before normal before bulk; within a lane no group waits for another group's backlog.
   * An abort ends the wait at once with an empty list; messages that were already leased are still answered.
   */
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Counts the lease anew from now. False when the lease was lost: somebody else may be working on it. */
  extend(message: ReceivedMessage, leaseMs: number): Promise<boolean>;
  /** The work is done. Acking twice, or with a stale receipt, is done as well: work is idempotent by its own id. */
  ack(message: ReceivedMessage): Promise<void>;
  /** Gives it back, to be received again after `delayMs`. A stale receipt changes nothing. */
  release(message: ReceivedMessage, delayMs: number): Promise<void>;
  /** This message can never succeed: to the dead letters now, with the reason. A stale receipt changes nothing. */
  bury(message: ReceivedMessage, reason: string): Promise<void>;

  /** Up to `max` dead letters, oldest first, without removing them. */
  deadLetters(max: number): Promise<DeadLetter[]>;
  /** Puts all dead letters back to work; answers how many. */
  redrive(): Promise<number>;
  depth(): Promise<QueueDepth>;
  /** Throws when the queue cannot be used or has no dead-letter side; for /readyz and `doctor --cloud`. */
  check(): Promise<void>;
  /** Gives back what is leased ahead of being received, when the process stops. */
  close?(): Promise<void>;
}

/** 256 KiB, the limit of SQS as its compatibles enforce it: what fits one adapter fits all. */
export const MAX_BODY_BYTES = 262_144;
/** Deliveries before a message counts as poison: a worker that is killed in the middle must not bury a good message. */
export const MAX_DELIVERIES = 5;

export const LANES = ['urgent', 'normal', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

export interface OutgoingMessage {
  body: string;
  /** Urgent: safety. Bulk: what a noisy home sends above its share. */
  lane: Lane;
  /** Whose work it is (the home): groups take turns. */
  group: string;
  delayMs?: number;
}

export interface ReceiveOptions {
  max: number;
  waitMs: number;
  leaseMs: number;
  signal?: AbortSignal;
}

export interface ReceivedMessage {
  id: string;
  body: string;
  lane: Lane;
  group: string;
  /** Names this lease; a later lease of the same message has another. */
  receipt: string;
  /** 1 the first time. */
  deliveries: number;
  sentAtMs: number;
}

export interface DeadLetter {
  id: string;
  body: string;
  reason: string;
  sentAtMs: number;
}

export interface QueueDepth {
  ready: number;
  leased: number;
  dead: number;
  /** Age of the oldest message that waits; 0 when none does. */
  oldestAgeMs: number;
}
