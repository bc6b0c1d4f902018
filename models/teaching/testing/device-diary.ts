import { availableParallelism, loadavg } from 'node:os';
import type { Agent } from '@earshot/device/agent-types.ts';

/** Records what a device does during a test. When a wait fails, the error says what the device had until then. */
export class DeviceDiary {
  /** The labels that the device has reported, in this order. */
  readonly reported: string[] = [];
  private readonly agent: Agent;
  private readonly problems: string[] = [];
  private readonly highest = new Map<string, number>();
  private seconds = 0;

  constructor(agent: Agent) {
    this.agent = agent;
    agent.events.on('candidate', ({ candidate }) => this.reported.push(candidate.label));
    agent.events.on('problem', (error) => this.problems.push(error.toLine()));
    agent.events.on('hears', ({ atS, scores }) => {
      this.seconds = atS;
      for (const { label, score } of scores) this.highest.set(label, Math.max(score, this.highest.get(label) ?? 0));
    });
  }

  async explained<T>(waiting: Promise<T>): Promise<T> {
    try {
      return await waiting;
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${this.describe()}`, {
        cause: error,
      });
    }
  }

  describe(): string {
    const { labels, settingsVersion, sources, outbox, gateSavedPercent } = this.agent.status();
    const scores = [...this.highest].map(([label, score]) => `${label} ${score.toFixed(3)}`);
    return [
      `The device listens for ${labels.join(', ')} in mode ${this.agent.mode()}, with version ${settingsVersion} of the settings.`,
      `It has heard ${this.seconds} s of sound; ${Math.round(gateSavedPercent)} % of it was too quiet for the network.`,
      `Highest scores, looked at once a second: ${scores.join(', ') || 'none'}.`,
      `Reported: ${this.reported.join(', ') || 'nothing'}. Waiting in the outbox: ${outbox.records}.`,
      `Problems: ${this.problems.join('; ') || 'none'}. Microphone: ${sources.map(({ state }) => state).join(', ')}.`,
      `Load of the machine: ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors.`,
    ].join('\n');
  }
}
