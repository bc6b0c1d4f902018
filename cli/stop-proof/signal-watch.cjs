// Preloaded by the proof (NODE_OPTIONS=--require): notes in a file whether this process catches SIGTERM by now. Before Earshot's first line has
// run it cannot, and Node ends by SIGTERM as any program would.
const { appendFileSync } = require('node:fs');

const file = process.env.EARSHOT_STOP_PROOF_STATE;
const note = (state) => appendFileSync(file, `${process.pid} ${state}\n`);

process.on('newListener', (name) => {
  // Node's own listener to newListener came first, and has the signal caught already.
  if (name === 'SIGTERM') note('catches');
});
// Replacing the process (lean-start.js) forgets what it caught.
const { execve } = process;
if (execve) {
  process.execve = (...words) => {
    note('starts');
    execve.apply(process, words);
  };
}
