import type { AppliedVerdict } from '../incidents/apply-verdict.ts';
import type { CloudParts } from '../parts.ts';
import { type Handled, QueueConsumer } from '../queue/consumer.ts';
import type { ReceivedMessage } from '../queue/work-queue.ts';
import { verifySample } from '../samples/sample-verification.ts';
import { inSpan, noteInSpan } from '../tracing.ts';
import { CandidateVerification, type Outcome } from './candidate-verification.ts';
import type { ScoresClips } from './scores-clips.ts';
import { VerifyJob } from './verify-job.ts';

/** The longest time that SQS waits in one call. */
const LONG_POLL_MS = 20_000;
/** When a worker is killed, another worker gets its clips after this time. */
const LEASE_MS = 20_000;
const HEARTBEAT_MS = 5_000;
/**
 * Retries while the store or the database cannot be reached: after 5 s, 20 s, 80 s and 5 min. Then the message goes to the dead letters.
 */
const FIRST_RETRY_MS = 5_000;

/**
 * Verifies clips from the queue, as many at once as keep the scoring threads busy. `run` ends when the signal has aborted and the work in
 * progress is done, so a stop loses nothing and repeats nothing.
 */
export class VerifierWorker {
  private readonly parts: CloudParts;
  private readonly scorer: ScoresClips;
  private readonly verification: CandidateVerification;
  private readonly onVerdict: (verdict: AppliedVerdict) => void;
  private readonly consumer: QueueConsumer;

  constructor(parts: CloudParts, scorer: ScoresClips, atOnce: number, onVerdict: (verdict: AppliedVerdict) => void) {
    const { queue, clock, log } = parts;
    this.parts = parts;
    this.scorer = scorer;
    this.verification = new CandidateVerification(parts, scorer);
    this.onVerdict = onVerdict;
    this.consumer = new QueueConsumer({
      queue,
      clock,
      handle: (message) => this.handle(message),
      atOnce,
      waitMs: LONG_POLL_MS,
      leaseMs: LEASE_MS,
      heartbeatMs: HEARTBEAT_MS,
      firstRetryMs: FIRST_RETRY_MS,
      onQueueError: (error, doing) => log.error({ err: error, doing }, 'the work queue failed; the call is retried'),
      onWorkError: (error, { body, deliveries }) =>
        log.error({ err: error, ...VerifyJob.read(body), deliveries }, 'verification failed; the clip is tried again'),
    });
  }

  run(signal: AbortSignal): Promise<void> {
    return this.consumer.run(signal);
  }

  private async handle(message: ReceivedMessage): Promise<Handled> {
    const { log } = this.parts;
    const job = VerifyJob.read(message.body);
    if (!job) return { bury: 'the message is not a verification job' };
    const outcome = await inSpan(
      'verify',
      { 'earshot.home': job.homeId, 'earshot.candidate': job.candidateId },
      () => this.verify(job),
      job.trace,
    );
    if ('poison' in outcome) {
      log.error({ ...job, reason: outcome.poison }, 'a clip cannot be verified and goes to the dead letters');
      return { bury: outcome.poison };
    }
    if (outcome.done) {
      const { label, verdict, score } = outcome.done;
      log.info({ ...job, label, verdict, score }, 'verdict');
      this.onVerdict(outcome.done);
    }
    return 'done';
  }

  private async verify(job: VerifyJob): Promise<Outcome> {
    if (job.sample) {
      await verifySample(this.parts, this.scorer, { homeId: job.homeId, id: job.candidateId });
      return { done: null };
    }
    const outcome = await this.verification.verify(job);
    if ('done' in outcome && outcome.done)
      noteInSpan({ 'earshot.incident': outcome.done.incidentId, 'earshot.verdict': outcome.done.verdict });
    return outcome;
  }
}
