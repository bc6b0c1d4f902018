import { expect, test } from '@jest/globals';
import { DEMO } from './choose-source.ts';
import { sourceName } from './source-name.ts';

test.each([
  [DEMO, 'the demo'],
  ['/home/ada/alarm.wav', 'alarm.wav'],
  ['mic', 'mic'],
  ['alsa:hw:1,0', 'alsa:hw:1,0'],
  ['rtsp://admin:p@ss@10.0.0.7:554/stream', 'rtsp://10.0.0.7:554/stream'],
  ['http://10.0.0.7/video?user=admin&pwd=secret', 'http://10.0.0.7/video'],
])('%s is printed as %s', (listen, name) => {
  expect(sourceName(listen)).toBe(name);
});
