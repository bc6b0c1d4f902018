import { constants } from 'node:os';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { doorbell, recordingOf } from '@earshot/shared/testing/doorbell.ts';
import { ChildTeacher } from '../taught-sounds/child-teacher.ts';

/** `node teach-process.ts <release folder> <label>`: teaches a sound from so many examples that the training takes minutes. */
const EXAMPLES = 60;

const [releaseDir = '', label = ''] = process.argv.slice(2);
const examples = Array.from({ length: EXAMPLES }, (_, n) => writeWav(recordingOf(doorbell(), n)));
const teacher = new ChildTeacher(releaseDir, constants.priority.PRIORITY_NORMAL);
await teacher.teach({ label, examples, check: null }, new AbortController().signal);
