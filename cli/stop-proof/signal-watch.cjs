// The proof preloads this file (NODE_OPTIONS=--require). It notes in a file whether the process catches SIGTERM yet: before Earshot's first
// line has run, SIGTERM ends Node as it ends any program.
const { appendFileSync } = require('node:fs');

const file = process.env.EARSHOT_STOP_PROOF_STATE;
const note = (state) => appendFileSync(file, `${process.pid} ${state}\n`);

process.on('newListener', (name) => {
  // Node's own `newListener` listener ran first, so the signal is caught already.
  if (name === 'SIGTERM') note('catches');
});
// Replacing the process (lean-start.js) removes its signal handlers.
const { execve } = process;
if (execve) {
  process.execve = (...words) => {
    note('starts');
    execve.apply(process, words);
  };
}
