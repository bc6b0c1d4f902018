import { createServer, type Server } from 'node:http';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import type { AgentEmitter } from '../events.ts';

/** Serves Prometheus metrics, on loopback only, because they reveal a lot about a home. */
export class Metrics {
  private readonly port: number;
  private readonly status: () => Heartbeat;
  private readonly candidates = new Map<string, number>();
  private readonly silenced = new Map<string, number>();
  private delivered = 0;
  private server: Server | null = null;

  constructor(port: number, status: () => Heartbeat, events: AgentEmitter) {
    this.port = port;
    this.status = status;
    events.on(
      'candidate',
      ({ candidate: { label } }) => void this.candidates.set(label, (this.candidates.get(label) ?? 0) + 1),
    );
    events.on('silenced', ({ label }) => void this.silenced.set(label, (this.silenced.get(label) ?? 0) + 1));
    events.on('delivered', () => void this.delivered++);
  }

  /** Resolves with the port on which it listens. For port 0 the system chooses a port. */
  async start(): Promise<number> {
    const server = createServer((request, response) => {
      if (request.url !== '/metrics') return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(this.text());
    });
    this.server = server;
    await new Promise<void>((listening, failed) =>
      server.once('error', failed).listen(this.port, '127.0.0.1', listening),
    ).catch((thrown: unknown) => {
      throw asEarshotError(thrown, 'PORT_IN_USE', `metrics_port ${this.port}`);
    });
    return (server.address() as { port: number }).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise<void>((closed) => (server ? server.close(() => closed()) : closed()));
  }

  text(): string {
    const status = this.status();
    const { outbox, sources } = status;
    return [
      ...family(
        'earshot_source_healthy',
        'gauge',
        'Whether the microphone works.',
        sources.map(({ name, state }) => [{ source: name, state }, state === 'healthy' ? 1 : 0]),
      ),
      ...family(
        'earshot_source_level_dbfs',
        'gauge',
        'Sound level of the last second.',
        sources.flatMap(({ name, levelDbfs }) => (levelDbfs === null ? [] : [[{ source: name }, levelDbfs]])),
      ),
      ...family(
        'earshot_candidates_total',
        'counter',
        'Candidates detected since the start.',
        [...this.candidates].map(([label, count]) => [{ label }, count]),
      ),
      ...family(
        'earshot_silenced_total',
        'counter',
        'Sounds that were not reported, because the home ignores them, since the start.',
        [...this.silenced].map(([label, count]) => [{ label }, count]),
      ),
      ...family('earshot_delivered_total', 'counter', 'Candidates that the cloud committed since the start.', [
        [{}, this.delivered],
      ]),
      ...family('earshot_outbox_records', 'gauge', 'Candidates that are not delivered yet.', [[{}, outbox.records]]),
      ...family('earshot_outbox_bytes', 'gauge', 'Size on disk of the candidates that are not delivered yet.', [
        [{}, outbox.bytes],
      ]),
      ...family('earshot_outbox_full', 'gauge', 'Whether a full outbox had to drop recordings or candidates.', [
        [{}, outbox.full ? 1 : 0],
      ]),
      ...family('earshot_outbox_set_aside', 'gauge', 'Candidates whose file is damaged or that the cloud refused.', [
        [{}, outbox.corrupt],
      ]),
      ...family('earshot_uptime_seconds', 'counter', 'Time since the start of the daemon.', [[{}, status.uptimeS]]),
      ...family('earshot_rss_bytes', 'gauge', 'Memory that the process uses.', [[{}, status.rssMb * 1e6]]),
      ...family(
        'earshot_gate_slept_ratio',
        'gauge',
        'Share of the time in which the energy gate skipped the network.',
        [[{}, status.gateSavedPercent / 100]],
      ),
      ...family('earshot_release_info', 'gauge', 'The model release that runs.', [
        [{ version: status.release, state: status.releaseState.state }, 1],
      ]),
      '',
    ].join('\n');
  }
}

type Sample = [labels: Record<string, string>, value: number];

function family(name: string, type: 'gauge' | 'counter', help: string, samples: Sample[]): string[] {
  const line = ([labels, value]: Sample) => {
    const pairs = Object.entries(labels).map(
      ([key, text]) => `${key}="${text.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`))}"`,
    );
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
  };
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(line)];
}
