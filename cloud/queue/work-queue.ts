/**
 * A queue for work that must be done at least once. Two adapters implement this interface: a table in the database (database-queue.ts) and
 * Amazon SQS (sqs-queue.ts). Both pass work-queue.contract.ts.
 *
 * A received message is leased: nobody else receives it until the lease expires. The holder extends the lease during the work (the
 * heartbeat must be shorter than the lease) and acks when the work is committed. After the lease has expired, the next receiver gets the
 * message. After `maxDeliveries` deliveries it goes to the dead letters. Methods throw QUEUE when the queue itself cannot be used.
 */
export interface WorkQueue {
  readonly kind: 'database' | 'sqs';

  /**
   * Resolves when the messages are stored durably. Throws MESSAGE_TOO_LARGE when one is longer than `MAX_BODY_BYTES`.
   */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Waits up to `waitMs` for messages, and leases up to `max` of them. Returns an empty list when there were none. Urgent messages come
   * before normal messages, and normal before bulk messages. Within a lane, no group waits for another group's backlog. An abort ends the
   * wait at once; messages that were already leased are still returned.
   */
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Restarts the lease from now. Returns false when the lease was lost: somebody else may be handling the message. */
  extend(message: ReceivedMessage, leaseMs: number): Promise<boolean>;
  /**
   * Removes a message whose work is done. Acknowledging twice, or with the receipt of an expired lease, also succeeds, because work is
   * idempotent by its own id.
   */
  ack(message: ReceivedMessage): Promise<void>;
  /**
   * Releases a message, so that it is received again after `delayMs`. The receipt of an expired lease changes nothing.
   */
  release(message: ReceivedMessage, delayMs: number): Promise<void>;
  /**
   * Moves a message that can never succeed to the dead letters at once, with the reason. The receipt of an expired lease changes nothing.
   */
  bury(message: ReceivedMessage, reason: string): Promise<void>;

  /** Returns up to `max` dead letters, oldest first, without removing them. */
  deadLetters(max: number): Promise<DeadLetter[]>;
  /** Returns all dead letters to their lanes. Resolves with their number. */
  redrive(): Promise<number>;
  depth(): Promise<QueueDepth>;
  /** Throws when the queue cannot be used, or has no place for dead letters. Used by /readyz and `doctor --cloud`. */
  check(): Promise<void>;
  /** When the process stops: releases messages that were leased in advance. */
  close?(): Promise<void>;
}

/** 256 KiB, the limit of SQS and compatible servers, so that a message fits every adapter. */
export const MAX_BODY_BYTES = 262_144;
/**
 * A message goes to the dead letters after this many deliveries. Several are allowed, because killed workers use up deliveries of messages
 * that are not at fault.
 */
export const MAX_DELIVERIES = 5;

export const LANES = ['urgent', 'normal', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

export interface OutgoingMessage {
  body: string;
  /** `urgent`: safety sounds. `bulk`: messages of a home beyond its fair share. `normal`: everything else. */
  lane: Lane;
  /** The home to which the work belongs. Groups take turns, so that no home waits for another home's backlog. */
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
  /** How often the message was delivered, including this time: 1 for the first delivery. */
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
