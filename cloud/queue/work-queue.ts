/**
 * A queue for work that must be done at least once. Two adapters implement this interface: a table in the database
 * (database-queue.ts) and Amazon SQS (sqs-queue.ts); both pass work-queue.contract.ts. A received message is leased:
 * nobody else receives it until the lease expires. The holder extends the lease during the work (the heartbeat must be
 * shorter than the lease) and acks when the work is committed. After an expired lease the next receiver gets the
 * message; after `maxDeliveries` deliveries it goes to the dead letters. Methods throw QUEUE when the queue itself
 * cannot be used.
 */
export interface WorkQueue {
  readonly kind: 'database' | 'sqs';

  /** Resolves when the message is durable. Throws MESSAGE_TOO_LARGE over `MAX_BODY_BYTES`. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Waits up to `waitMs` for messages and leases up to `max` of them; an empty list when there were none. Urgent
   * messages come before normal ones, and these before bulk; within a lane no group waits for another group's backlog.
   * An abort ends the wait at once with an empty list; messages that were already leased are still returned.
   */
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Restarts the lease from now. False when the lease was lost: somebody else may be handling the message. */
  extend(message: ReceivedMessage, leaseMs: number): Promise<boolean>;
  /**
   * Removes a message whose work is done. Acknowledging twice, or with a stale receipt, succeeds, too, because work is
   * idempotent by its own id.
   */
  ack(message: ReceivedMessage): Promise<void>;
  /** Releases a message, so that it is received again after `delayMs`. A stale receipt changes nothing. */
  release(message: ReceivedMessage, delayMs: number): Promise<void>;
  /**
   * Moves a message that can never succeed to the dead letters now, with the reason. A stale receipt changes nothing.
   */
  bury(message: ReceivedMessage, reason: string): Promise<void>;

  /** Up to `max` dead letters, oldest first, without removing them. */
  deadLetters(max: number): Promise<DeadLetter[]>;
  /** Queues all dead letters again; returns how many. */
  redrive(): Promise<number>;
  depth(): Promise<QueueDepth>;
  /** Throws when the queue cannot be used or has no dead letters; for /readyz and `doctor --cloud`. */
  check(): Promise<void>;
  /** Releases messages that were leased in advance, when the process stops. */
  close?(): Promise<void>;
}

/** 256 KiB, the limit of SQS and compatible servers, so that a message fits every adapter. */
export const MAX_BODY_BYTES = 262_144;
/**
 * A message goes to the dead letters after this many deliveries. There are several, because killed workers must not use
 * up the deliveries of a good message.
 */
export const MAX_DELIVERIES = 5;

export const LANES = ['urgent', 'normal', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

export interface OutgoingMessage {
  body: string;
  /** `urgent`: safety sounds. `bulk`: what a home sends above its share. `normal`: everything else. */
  lane: Lane;
  /** The home to which the work belongs. Groups take turns, so that no home waits for the backlog of another. */
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
  /** Identifies this lease. A later lease of the same message has a different receipt. */
  receipt: string;
  /** How often the message was delivered, this time included: 1 for the first delivery. */
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
  /** Age of the oldest waiting message; 0 when none is waiting. */
  oldestAgeMs: number;
}
