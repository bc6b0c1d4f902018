import { spawn } from 'node:child_process';
import { requireFinite } from '@earshot/shared/audio/finite.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

/**
 * Reads a file with ffmpeg, which decodes, mixes to mono and resamples in one step. Samples are passed on as soon as
 * they are decoded.
 */
export async function* ffmpegSamples(
  path: string,
  sampleRate: number,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array> {
  const args = [
    '-nostdin',
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:a:0',
    '-ac',
    '1',
    '-ar',
    String(sampleRate),
    '-f',
    'f32le',
    '-',
  ];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'], ...(signal ? { signal } : {}) });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (line: string) => {
    if (complaint.length < 500) complaint += line;
  });
  const ended = new Promise<number | Error>((resolve) =>
    child.once('error', resolve).once('close', (code) => resolve(code ?? 1)),
  );
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const whole = bytes.length - (bytes.length % 4);
      rest = bytes.subarray(whole);
      if (whole === 0) continue;
      const samples = new Float32Array(new Uint8Array(bytes.subarray(0, whole)).buffer);
      requireFinite(samples);
      yield samples;
    }
    const code = await ended;
    if (code instanceof Error) throw notInstalled(code, path);
    if (code !== 0)
      throw new EarshotError(
        'AUDIO_UNREADABLE',
        `${path}: ffmpeg says: ${complaint.trim().split('\n')[0] ?? 'nothing'}`,
      );
  } finally {
    child.kill('SIGKILL');
  }
}

function notInstalled(cause: NodeJS.ErrnoException, path: string): EarshotError {
  if (cause.code === 'ENOENT')
    return new EarshotError(
      'AUDIO_TOOL_MISSING',
      `${path} is of a format that only ffmpeg reads, and ffmpeg is not installed.`,
      { cause },
    );
  return new EarshotError('AUDIO_UNREADABLE', `${path}: ffmpeg could not be started: ${cause.message}`, { cause });
}
