import type { Command } from 'commander';
import { homeFolder } from '../home-folder.ts';

export function register(program: Command): void {
  program
    .command('rooms')
    .description(
      'List which device detects which alarm, from tests and real alarms; also as Brick (Turtle) for other programs.',
    )
    .option('--turtle', 'print Brick in Turtle')
    .action(async ({ turtle = false }: { turtle?: boolean }) => {
      const { readRooms } = await import('../rooms/read-rooms.ts');
      const { roomsReport } = await import('../rooms/rooms-report.ts');
      const { turtleOf } = await import('@earshot/cloud/rooms/turtle.ts');
      const graphs = await readRooms(homeFolder(), process.env.EARSHOT_DATABASE_URL);
      process.stdout.write(`${graphs.map(turtle ? turtleOf : roomsReport).join('\n')}\n`);
    });
}
