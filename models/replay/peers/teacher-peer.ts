import { EarshotError } from '@earshot/shared/errors.ts';
import { SAMPLE_RATE } from '../../corpus/mono.ts';
import { Teacher } from '../../training/teacher/teacher.ts';
import type { Peer } from './peer.ts';

/** AudioSet's classes for each label, the same as for YAMNet. A label's score is the highest score of its classes. */
const CLASSES: Record<string, readonly string[]> = {
  smoke_alarm: ['Smoke detector, smoke alarm'],
  glass_break: ['Glass', 'Shatter'],
  dog_bark: ['Dog', 'Bark'],
  baby_cry: ['Baby cry, infant cry'],
};
/**
 * Length of a window. It is short, because the network averages over the window and would miss a short sound in a long
 * window.
 */
const WINDOW = 2 * SAMPLE_RATE;
const HOP = SAMPLE_RATE;

/**
 * Measures the public network that is the teacher of Earshot's training (`earshot train --teacher FILE`). The product
 * does not use this network.
 */
export class TeacherPeer implements Peer {
  readonly name = 'teacher';
  readonly about =
    "The teacher network of Earshot's training (AudioSet, 527 classes) on windows of 2 s that overlap by half; each label has the score of its best class.";
  readonly labels = Object.keys(CLASSES);
  private readonly teacher: Teacher;
  private readonly columns: readonly (readonly number[])[];

  private constructor(teacher: Teacher) {
    this.teacher = teacher;
    this.columns = Object.values(CLASSES).map((names) => names.map((name) => columnOf(teacher, name)));
  }

  /** EARSHOT_TEACHER is the path of the ONNX file; labels.csv must be in the same folder. */
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
        // Both seconds of the window get the window's score. Where two windows overlap, the higher score counts.
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
    // Score the last samples, padded with silence, unless the last window already contains them.
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
