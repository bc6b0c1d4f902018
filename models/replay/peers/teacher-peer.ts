import { EarshotError } from '@earshot/shared/errors.ts';
import { SAMPLE_RATE } from '../../corpus/mono.ts';
import { Teacher } from '../../training/teacher/teacher.ts';
import type { Peer } from './peer.ts';

/**
 * AudioSet's names of the classes of each label, the same as for YAMNet. A label's score is the highest score of its
 * classes.
 */
const CLASSES: Record<string, readonly string[]> = {
  smoke_alarm: ['Smoke detector, smoke alarm'],
  glass_break: ['Glass', 'Shatter'],
  dog_bark: ['Dog', 'Bark'],
  baby_cry: ['Baby cry, infant cry'],
};
/** The window is short, because the network averages over it and would miss a short sound in a long one. */
const WINDOW = 2 * SAMPLE_RATE;
const HOP = SAMPLE_RATE;

/**
 * Measures the public network from which the training learns (`earshot train --teacher FILE`). The product does not use
 * it.
 */
export class TeacherPeer implements Peer {
  readonly name = 'teacher';
  readonly about =
    "The training's teacher (AudioSet, 527 classes) on windows of 2 s that overlap by half, best class of each label.";
  readonly labels = Object.keys(CLASSES);
  private readonly teacher: Teacher;
  private readonly columns: readonly (readonly number[])[];

  private constructor(teacher: Teacher) {
    this.teacher = teacher;
    this.columns = Object.values(CLASSES).map((names) => names.map((name) => columnOf(teacher, name)));
  }

  /** EARSHOT_TEACHER: the ONNX file; labels.csv lies beside it. */
  static async open(env: NodeJS.ProcessEnv): Promise<TeacherPeer> {
    const path = env['EARSHOT_TEACHER'];
    if (!path)
      throw new EarshotError(
        'TEACHER',
        '--with teacher needs EARSHOT_TEACHER, the path of the teacher network (ONNX).',
      );
    return new TeacherPeer(await Teacher.load(path));
  }

  async score(samples: AsyncIterable<Float32Array>, signal?: AbortSignal): Promise<number[][]> {
    const seconds = this.labels.map((): number[] => []);
    const window = new Float32Array(WINDOW);
    let filled = 0;
    let second = 0;
    const judge = async (): Promise<void> => {
      signal?.throwIfAborted();
      const { scores } = await this.teacher.answer(window);
      this.columns.forEach((columns, label) => {
        const list = seconds[label] as number[];
        const best = Math.max(...columns.map((column) => scores[column] as number));
        // Both seconds of the window get its score. Where two windows overlap, the higher score counts.
        for (const at of [second, second + 1]) list[at] = Math.max(list[at] ?? 0, best);
      });
      second++;
      window.copyWithin(0, HOP);
      window.fill(0, WINDOW - HOP);
      filled = WINDOW - HOP;
    };
    for await (const piece of samples)
      for (let from = 0; from < piece.length;) {
        const taken = piece.subarray(from, from + WINDOW - filled);
        window.set(taken, filled);
        filled += taken.length;
        from += taken.length;
        if (filled === WINDOW) await judge();
      }
    // Score the rest, padded with silence, unless the last window has covered it already.
    if (filled > (second > 0 ? WINDOW - HOP : 0)) await judge();
    return seconds;
  }

  close(): Promise<void> {
    return this.teacher.close();
  }
}

function columnOf({ classes }: Teacher, name: string): number {
  const column = classes.indexOf(name);
  if (column < 0) throw new EarshotError('TEACHER', `The teacher's labels.csv has no class "${name}".`);
  return column;
}
