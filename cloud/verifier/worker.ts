import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { AppliedVerdict } from '../incidents/apply-verdict.ts';
import type { CloudParts } from '../parts.ts';
import type { ReceivedMessage } from '../queue/work-queue.ts';
import { inSpan, noteInSpan } from '../tracing.ts';
import { CandidateVerification, type Outcome, type ScoresClips } from './candidate-verification.ts';
import { VerifyJob } from './verify-job.ts';

/** What SQS hands out in one call. */
const MOST_A_RECEIVE = 10;
/** The longest that SQS waits in one call. */
const LONG_POLL_MS = 20_000;
/** A killed worker's clips are somebody else's after this. */
const LEASE_MS = 20_000;
/** Well below the lease (and below the half of it that a queue may have used up before it hands a message out). */
const HEARTBEAT_MS = 5_000;
/** A store or database that is away: 5 s, 20 s, 80 s, 5 min until the dead letters. */
const FIRST_RETRY_MS = 5_000;
/** After the queue itself failed. */
const PAUSE_MS = 2_000;

/**
 * Takes clips from the queue and judges them, as many at once as keep the scoring threads busy. `run` ends when the signal aborts
 * and what is in flight is finished: a stop loses nothing and repeats nothing.
 */
export class VerifierWorker {
  private readonly parts: CloudParts;
  private readonly verification: CandidateVerification;
  private readonly atOnce: number;
  private readonly onVerdict: (verdict: AppliedVerdict) => void;
  private readonly inFlight = new Set<Promise<void>>();

  constructor(parts: CloudParts, scorer: ScoresClips, atOnce: number, onVerdict: (verdict: AppliedVerdict) => void) {
    this.parts = parts;
    this.verification = new CandidateVerification(parts, scorer);
    this.atOnce = atOnce;
    this.onVerdict = onVerdict;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { queue, log, clock } = this.parts;
    const { atOnce } = this;
    while (!signal.aborted) {
      const room = atOnce - this.inFlight.size;
      // Half of them are at work while the other half is fetched: a call for every clip that ends would cost more than the clips.
      if (room < Math.min(MOST_A_RECEIVE, atOnce / 2)) {
        await Promise.race(this.inFlight);
        continue;
      }
      try {
        const messages = await queue.receive({
          max: Math.min(room, MOST_A_RECEIVE),
          waitMs: LONG_POLL_MS,
          leaseMs: LEASE_MS,
          signal,
        });
        for (const message of messages) this.take(message);
      } catch (error) {
        log.error({ err: error }, 'the work queue cannot be read');
        await pause(clock, PAUSE_MS, signal);
      }
    }
    await Promise.all(this.inFlight);
  }

  private take(message: ReceivedMessage): void {
    const work = this.handle(message)
      .catch((error: unknown) =>
        this.parts.log.error({ err: error }, 'a job could not be handed back; its lease will end'),
      )
      .finally(() => this.inFlight.delete(work));
    this.inFlight.add(work);
  }

  private async handle(message: ReceivedMessage): Promise<void> {
    const { queue, log } = this.parts;
    const job = VerifyJob.read(message.body);
    if (!job) return queue.bury(message, 'not a job of the verifier');
    const done = new AbortController();
    const beating = this.keepLease(message, done.signal);
    try {
      const outcome = await inSpan(
        'verify',
        { 'earshot.home': job.homeId, 'earshot.candidate': job.candidateId },
        () => this.verify(job),
        job.trace,
      );
      if ('poison' in outcome) {
        log.error({ ...job, reason: outcome.poison }, 'a clip cannot be verified: to the dead letters');
        await queue.bury(message, outcome.poison);
        return;
      }
      await queue.ack(message);
      if (outcome.done) {
        log.info(
          { ...job, label: outcome.done.label, verdict: outcome.done.verdict, score: outcome.done.score },
          'verdict',
        );
        this.onVerdict(outcome.done);
      }
    } catch (error) {
      log.error({ err: error, ...job, deliveries: message.deliveries }, 'verification failed, it is tried again');
      await queue.release(message, FIRST_RETRY_MS * 4 ** (message.deliveries - 1));
    } finally {
      done.abort();
      await beating;
    }
  }

  private async verify(job: VerifyJob): Promise<Outcome> {
    const outcome = await this.verification.verify(job);
    if ('done' in outcome && outcome.done)
      noteInSpan({ 'earshot.incident': outcome.done.incidentId, 'earshot.verdict': outcome.done.verdict });
    return outcome;
  }

  private async keepLease(message: ReceivedMessage, done: AbortSignal): Promise<void> {
    const { queue, clock, log } = this.parts;
    for (;;) {
      try {
        await clock.sleep(HEARTBEAT_MS, done);
      } catch {
        return; // the work is done
      }
      await queue
        .extend(message, LEASE_MS)
        .catch((error: unknown) => log.warn({ err: error }, 'a lease could not be extended'));
    }
  }
}
