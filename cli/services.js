// Plain JavaScript, like earshot.js: an older Node reads it too.

/** What of `earshot device` does not stay. */
const ERRANDS = ['pair', 'status', 'selftest', 'install', 'help', '--help', '-h'];

/** Whether these words start a command that runs until it is told to stop. */
export function isService([command, next]) {
  if (command === 'device') return !ERRANDS.includes(next);
  return ['start', 'cloud', 'worker', 'replay-worker'].includes(command);
}
