/**
 * A public AudioSet network whose scores are used as soft labels in training (`earshot train --teacher FILE`). No part
 * of it is in a release. The file is accepted only if it gives the reference scores for the reference signal; otherwise
 * a different network, version or input layout would teach wrong answers without an error.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parse } from 'csv-parse/sync';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { doubleRate, TEACHER_BANDS, teacherMel } from './teacher-features.ts';
import { REFERENCE_SCORES, referenceSignal } from './reference.ts';

export interface TeacherAnswer {
  /** One score per class, after the sigmoid. */
  scores: Float32Array;
  embedding: Float32Array;
}

/** The allowed difference of a score. Scores in single precision on another processor differ by less. */
const TOLERANCE = 2e-3;

export class Teacher {
  private readonly session: InferenceSession;
  /** AudioSet's display names, in the order of the scores. */
  readonly classes: readonly string[];

  private constructor(session: InferenceSession, classes: readonly string[]) {
    this.session = session;
    this.classes = classes;
  }

  /** Loads the network and `labels.csv` (index, name) from the same folder. */
  static async load(path: string): Promise<Teacher> {
    let teacher: Teacher;
    try {
      const rows: string[][] = parse(await readFile(join(dirname(path), 'labels.csv'), 'utf8'), {
        trim: true,
        from: 2,
      });
      const session = await InferenceSession.create(await readFile(path), {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      });
      teacher = new Teacher(
        session,
        rows.map((row) => row.at(-1) ?? ''),
      );
    } catch (error) {
      throw asEarshotError(error, 'TEACHER', `The teacher ${path} cannot be loaded`);
    }
    await teacher.check(path);
    return teacher;
  }

  /**
   * The teacher's answer to 16 kHz mono sound. It gets the same sound as the network that is trained, so it hears
   * nothing above 8 kHz.
   */
  answer(samples: Float32Array): Promise<TeacherAnswer> {
    return this.answerAt32k(doubleRate(samples));
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  private async answerAt32k(samples: Float32Array): Promise<TeacherAnswer> {
    const { frames, data } = teacherMel(samples);
    const { scores, embedding } = await this.session.run({
      mel: new Tensor('float32', data, [1, 1, TEACHER_BANDS, frames]),
    });
    return { scores: scores?.data as Float32Array, embedding: embedding?.data as Float32Array };
  }

  private async check(path: string): Promise<void> {
    let scores: Float32Array;
    try {
      ({ scores } = await this.answerAt32k(referenceSignal()));
    } catch (error) {
      throw asEarshotError(error, 'TEACHER', `The teacher ${path} does not run on the reference signal`);
    }
    for (const [name, expected] of Object.entries(REFERENCE_SCORES)) {
      const score = scores[this.classes.indexOf(name)] ?? NaN;
      if (!(Math.abs(score - expected) <= TOLERANCE))
        throw new EarshotError(
          'TEACHER',
          `The teacher ${path} answers ${score.toFixed(4)} instead of ${expected} for "${name}" on the reference signal.`,
        );
    }
  }
}
