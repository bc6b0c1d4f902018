import { Command } from 'commander';
import { type Footprint, footprintOf } from './footprint.ts';
import { Household } from './household.ts';

/**
 * `npm run soak -- [--days 7] [--seed 1]`: simulates a week of a home with device and cloud in one process. Prints
 * memory, files and clips at the end of each day. The exit status is 1 when memory or files grew after the first day, a
 * clip outlived its retention, or an alert was lost or repeated.
 */
const options = new Command('soak')
  .option('--days <n>', 'number of simulated days; growth is measured from the end of the first day', Number, 7)
  .option('--seed <n>', 'seed of the random times of alarms and restarts', Number, 1)
  .parse()
  .opts<{ days: number; seed: number }>();

/**
 * Allowed growth after the first day. The heap is measured after a garbage collection; files include idle
 * connections.
 */
const MOST: Partial<Record<keyof Footprint, number>> = { heapMb: 8, files: 10, clips: 4 };

const say = (line: string) => void process.stdout.write(`${line}\n`);
const household = new Household(options.seed);
await household.start();
const days: Footprint[] = [];
try {
  for (let day = 1; day <= options.days; day++) {
    await household.day();
    const now = footprintOf(household.home);
    days.push(now);
    const figures = Object.entries(now).map(([name, value]) => `${name} ${Math.round(value * 10) / 10}`);
    say(`day ${day}: ${figures.join(', ')}; ${household.candidates} candidates`);
  }
} finally {
  await household.stop();
}
const [first, last] = [days[0], days.at(-1)];
const grown = Object.entries(MOST).filter(([name, most]) => {
  const key = name as keyof Footprint;
  return (last?.[key] ?? 0) - (first?.[key] ?? 0) > most;
});
for (const [name, most] of grown) say(`GREW: ${name} by more than ${most}`);
for (const fault of household.faults) say(`FAULT: ${fault}`);
say(`${options.days} days, seed ${options.seed}: ${household.faults.length} faults, ${grown.length} figures grew`);
process.exit(household.faults.length + grown.length === 0 ? 0 : 1);
