import { platform } from 'node:os';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { PcmFormat } from './pcm-to-16k.ts';

/** A program that writes raw 16-bit PCM to its stdout while it runs. */
export interface Recorder {
  program: string;
  args: string[];
  format: PcmFormat;
}

const PCM_16K: PcmFormat = { rate: 16_000, channels: 1 };
/**
 * How much sound a recorder delivers at once. Four reads a second are fast enough for an alert, and cause only a
 * quarter of the wake-ups that the recorders cause by default.
 */
const PERIOD_US = 250_000;

const arecord = (device: string): Recorder => ({
  program: 'arecord',
  args: [
    '-q',
    '-D',
    device,
    '-t',
    'raw',
    '-f',
    'S16_LE',
    '-r',
    '16000',
    '-c',
    '1',
    `--period-time=${PERIOD_US}`,
    `--buffer-time=${8 * PERIOD_US}`,
  ],
  format: PCM_16K,
});

const parec = (device: string): Recorder => ({
  program: 'parec',
  args: [
    '--raw',
    '--format=s16le',
    '--rate=16000',
    '--channels=1',
    '--latency-msec=250',
    ...(device ? [`--device=${device}`] : []),
  ],
  format: PCM_16K,
});

const pwRecord = (device: string): Recorder => ({
  program: 'pw-record',
  args: [
    '--raw',
    '--format=s16',
    '--rate=16000',
    '--channels=1',
    '--latency=250ms',
    ...(device ? [`--target=${device}`] : []),
    '-',
  ],
  format: PCM_16K,
});

const sox = (device: string): Recorder => ({
  program: 'sox',
  args: [
    '-q',
    '-t',
    'coreaudio',
    device || 'default',
    '-t',
    'raw',
    '-e',
    'signed',
    '-b',
    '16',
    '-L',
    '-r',
    '16000',
    '-c',
    '1',
    '-',
  ],
  format: PCM_16K,
});

const ffmpegStream = (url: string): Recorder => ({
  program: 'ffmpeg',
  args: [
    '-nostdin',
    '-loglevel',
    'error',
    ...(url.startsWith('rtsp') ? ['-rtsp_transport', 'tcp'] : []),
    '-i',
    url,
    ...PCM_OUT,
  ],
  format: PCM_16K,
});

const PCM_OUT = ['-vn', '-ac', '1', '-ar', '16000', '-f', 's16le', '-'];

/**
 * Converts files in other formats than WAV. With `-xerror` ffmpeg reports a truncated file as an error instead of as a
 * short recording.
 */
export const ffmpegFile = (path: string): Recorder => ({
  program: 'ffmpeg',
  args: ['-nostdin', '-loglevel', 'error', '-i', `file:${path}`, ...PCM_OUT],
  format: PCM_16K,
});

/**
 * The recorder for a source: `mic`, `mic:DEVICE` (the platform's own recorder), `alsa:DEVICE`, `pulse:DEVICE`,
 * `pipewire:TARGET`, `coreaudio:DEVICE`, or the address of a stream. Undefined for any other source.
 */
export function recorderFor(listen: string): Recorder | undefined {
  if (/^(rtsp|rtsps|rtmp|https?|udp|srt):\/\//.test(listen)) return ffmpegStream(listen);
  const [kind = '', ...rest] = listen.split(':');
  const device = rest.join(':');
  switch (kind) {
    case 'mic':
      return platform() === 'darwin' ? sox(device) : arecord(device || 'default');
    case 'alsa':
      return arecord(device || 'default');
    case 'pulse':
      return parec(device);
    case 'pipewire':
      return pwRecord(device);
    case 'coreaudio':
      return sox(device);
    default:
      return undefined;
  }
}

export const missingTool = (program: string): EarshotError =>
  new EarshotError(
    'AUDIO_TOOL_MISSING',
    `${program} (Debian: ${PACKAGES[program] ?? program}).${program === 'ffmpeg' ? '' : ' Without a microphone, `--listen FILE` plays a recording.'}`,
  );

const PACKAGES: Record<string, string> = {
  arecord: 'alsa-utils',
  parec: 'pulseaudio-utils',
  'pw-record': 'pipewire-bin',
  sox: 'sox',
  ffmpeg: 'ffmpeg',
};
