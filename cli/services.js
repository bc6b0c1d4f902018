// Plain JavaScript, like earshot.js, so that an older Node can read it.

/** Subcommands of `earshot device` that end by themselves. */
const ERRANDS = ['pair', 'status', 'selftest', 'install', 'uninstall', 'help', '--help', '-h'];

/** Whether these arguments start a command that runs until it is stopped. */
export function isService([command, next]) {
  if (command === 'device') return !ERRANDS.includes(next);
  return ['start', 'cloud', 'worker', 'replay-worker'].includes(command);
}
