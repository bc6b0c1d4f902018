import { setTimeout } from 'node:timers/promises';
import type { Arming } from './processes/kill-switch.ts';
import { Victim } from './victim.ts';

/** A process of the cloud under supervision, as in production: whenever it ends, it is started again. */
export class Standing {
  kills = 0;
  /** The times when the process ended without being killed: each one is a fault. */
  readonly crashes: string[] = [];
  private readonly role: 'api' | 'worker';
  private readonly env: NodeJS.ProcessEnv;
  private current: Victim | null = null;
  private isStopping = false;

  constructor(role: 'api' | 'worker', env: NodeJS.ProcessEnv) {
    this.role = role;
    this.env = env;
  }

  /** Starts the process and keeps it running. Resolves with the words that the first process prints after "ready". */
  async start(): Promise<string> {
    const life = this.spawn();
    return life.ready;
  }

  arm(arm: Arming): void {
    this.current?.arm(arm);
  }

  async killAfter(ms: number): Promise<void> {
    await setTimeout(ms);
    this.current?.kill();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.current?.kill('SIGTERM');
    await this.current?.ended;
  }

  private spawn(): Victim {
    const life = new Victim('cloud', [this.role], this.env);
    this.current = life;
    void life.ended.then((signal) => {
      if (this.isStopping) return;
      if (signal === 'SIGKILL') this.kills++;
      else this.crashes.push(`${this.role} ended (${signal ?? 'by itself'}): ${life.complaints.slice(-500)}`);
      this.spawn();
    });
    return life;
  }
}
