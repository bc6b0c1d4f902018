import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { faultOf, type Service, stopAt, type Stop } from './stop-at-moments.ts';

/**
 * `node cli/stop-proof/main.ts [--moments 200] [--seed 1] [--node PATH] [--signal SIGTERM|SIGKILL]`: ends device,
 * cloud, worker and start at random moments of their first three seconds. Each must end within two seconds with exit
 * status 0 and leave no process behind. `--node` names an older Node (20 to 22), which in turn starts the project's own
 * Node.
 */
const { values } = parseArgs({
  options: {
    moments: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    node: { type: 'string', default: process.execPath },
    signal: { type: 'string', default: 'SIGTERM' },
    'within-ms': { type: 'string', default: '2000' },
  },
});
const SERVICES: Service[] = ['device', 'cloud', 'worker', 'start'];
const FIRST_MS = 3_000;

const random = seededRandom(Number(values.seed));
const signal = values.signal === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM';
const homes = await mkdtemp(join(tmpdir(), 'earshot-stop-'));
const stops: Stop[] = [];
let faults = 0;
for (let moment = 0; moment < Number(values.moments); moment++) {
  const service = SERVICES[moment % SERVICES.length]!;
  const stop = await stopAt({
    service,
    node: values.node,
    signal,
    atMs: random() * FIRST_MS,
    home: join(homes, service),
  });
  const fault = faultOf(stop, Number(values['within-ms']));
  if (fault) {
    faults++;
    process.stdout.write(`${service} at ${Math.round(stop.atMs)} ms: ${fault}. ${stop.said}\n`);
  }
  stops.push(stop);
}
await rm(homes, { recursive: true, force: true });
const took = stops.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
const early = stops.filter(({ isCaught, end }) => !isCaught && end === 'SIGTERM').length;
process.stdout.write(
  `${stops.length} times ${signal}: ${faults} faults; half ended within ${Math.round(took[took.length >> 1] ?? 0)} ms, all within ${Math.round(took.at(-1) ?? 0)} ms; ${early} signals came while Node was starting, so they ended Node before it ran Earshot\n`,
);
process.exitCode = faults > 0 ? 1 : 0;
