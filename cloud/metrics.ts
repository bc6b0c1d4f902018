import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Metrics for operators; docs/cloud.md says which ones to alert on. */
export class Metrics {
  readonly registry = new Registry();
  private readonly registers = [this.registry];

  readonly candidates = new Counter({
    name: 'earshot_candidates_total',
    help: 'Candidates registered, by label.',
    labelNames: ['label'],
    registers: this.registers,
  });
  readonly verdicts = new Counter({
    name: 'earshot_verdicts_total',
    help: 'Verdicts, by label and verdict.',
    labelNames: ['label', 'verdict'],
    registers: this.registers,
  });
  readonly verdictLatency = new Histogram({
    name: 'earshot_verdict_seconds',
    help: 'Time from the registration of a candidate to its verdict.',
    buckets: [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300],
    registers: this.registers,
  });
  readonly notifyLatency = new Histogram({
    name: 'earshot_notify_seconds',
    help: 'Time from writing a notification to its delivery, by channel kind.',
    labelNames: ['kind'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60, 600],
    registers: this.registers,
  });
  readonly deliveries = new Counter({
    name: 'earshot_deliveries_total',
    help: 'Attempts to deliver a notification, by channel kind and outcome.',
    labelNames: ['kind', 'outcome'],
    registers: this.registers,
  });
  readonly scoring = new Histogram({
    name: 'earshot_scoring_seconds',
    help: 'Time to score one batch of clips in a thread.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: this.registers,
  });
  readonly requests = new Histogram({
    name: 'earshot_request_seconds',
    help: 'API requests, by route and status.',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5],
    registers: this.registers,
  });
  readonly queueReady = this.gauge('earshot_queue_ready', 'Clips in the queue that have no verdict yet.');
  readonly queueAge = this.gauge('earshot_queue_oldest_seconds', 'Age of the oldest clip in the queue, in seconds.');
  readonly queueDead = this.gauge('earshot_queue_dead', 'Clips that could not be verified (dead letters).');
  readonly notificationsDue = this.gauge('earshot_notifications_due', 'Notifications not yet delivered.');
  readonly release = new Gauge({
    name: 'earshot_release_info',
    help: 'The model release of the verifier.',
    labelNames: ['version'],
    registers: this.registers,
  });

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: this.registers });
  }
}
