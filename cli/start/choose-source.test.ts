import { expect, test } from '@jest/globals';
import { chooseSource, DEMO, gistOf } from './choose-source.ts';

const never = new AbortController().signal;

test('plays the demo when the run must end, and says why', async () => {
  expect(await chooseSource(null, true, never)).toEqual({
    listen: DEMO,
    whyDemo: '--once and --fast need a recording',
  });
});

test('uses the source that the user named, and gives no reason for a demo', async () => {
  expect(await chooseSource('alarm.wav', true, never)).toEqual({ listen: 'alarm.wav', whyDemo: null });
});

test.each([
  [
    'ALSA lib confmisc.c:767\narecord: main:831: audio open error: No such file\n',
    'arecord: audio open error: No such file',
  ],
  ['ALSA lib confmisc.c:767\n', 'ALSA lib confmisc.c:767'],
  ['', ''],
])(
  "the reason is the line that the recorder itself wrote, without the position in the recorder's source code",
  (complaint, gist) => {
    expect(gistOf(complaint, 'arecord')).toBe(gist);
  },
);
