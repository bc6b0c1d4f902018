import { expect, test } from '@jest/globals';
import { chooseSource, DEMO, gistOf } from './choose-source.ts';

const never = new AbortController().signal;

test('plays the demo when the run must end, and says why', async () => {
  expect(await chooseSource(null, true, never)).toEqual({
    listen: DEMO,
    whyDemo: '--once and --fast need a recording',
  });
});

test('the source that the user named needs no reason', async () => {
  expect(await chooseSource('alarm.wav', true, never)).toEqual({ listen: 'alarm.wav', whyDemo: null });
});

test.each([
  [
    'ALSA lib confmisc.c:767\narecord: main:831: audio open error: No such file\n',
    'arecord: audio open error: No such file',
  ],
  ['ALSA lib confmisc.c:767\n', 'ALSA lib confmisc.c:767'],
  ['', ''],
])("the recorder's message is its own line, without the place in its code", (complaint, gist) => {
  expect(gistOf(complaint, 'arecord')).toBe(gist);
});
