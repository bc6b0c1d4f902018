import { execFile } from 'node:child_process';
import { platform } from 'node:os';
import { promisify } from 'node:util';
import { microphoneTrouble } from '../start/choose-source.ts';
import { type Finding, lack, ok } from './finding.ts';

const run = promisify(execFile);

interface Tool {
  program: string;
  args: string[];
  for: string;
  debian: string;
}

const TOOLS: readonly Tool[] = [
  ...(platform() === 'darwin'
    ? [{ program: 'sox', args: ['--version'], for: 'the microphone', debian: 'sox (brew install sox)' }]
    : [{ program: 'arecord', args: ['--version'], for: 'the microphone', debian: 'alsa-utils' }]),
  { program: 'ffmpeg', args: ['-version'], for: 'network cameras, and recordings other than WAV', debian: 'ffmpeg' },
];

export const checkTools = (): Promise<Finding[]> => Promise.all(TOOLS.map(checkTool));

async function checkTool(tool: Tool): Promise<Finding> {
  try {
    const { stdout } = await run(tool.program, tool.args);
    return ok(tool.program, stdout.split('\n')[0]?.slice(0, 60) ?? '');
  } catch {
    return lack(tool.program, `is not installed; it is for ${tool.for}`, `Install ${tool.debian}.`);
  }
}

export async function checkMicrophone(signal: AbortSignal): Promise<Finding> {
  const trouble = await microphoneTrouble('mic', signal);
  if (trouble === null) return ok('microphone', 'gives sound');
  return lack(
    'microphone',
    trouble,
    'Plug one in, or choose: --listen alsa:DEVICE (arecord -L lists them), pulse:, FILE, rtsp://…; without one the demo plays.',
  );
}
