import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

// Run in a process of its own: in jest's worker this test would reset the coverage of the running suite.
const PROGRAM = `
  const { Script } = require('node:vm');
  const { SteadyCoverage } = require(${JSON.stringify(fileURLToPath(new URL('./jest-coverage.cjs', import.meta.url)))});
  const counts = async (work) => {
    const coverage = new SteadyCoverage();
    await coverage.startInstrumenting();
    work();
    const result = await coverage.stopInstrumenting();
    return result
      .filter((script) => script.url === 'counted.js')
      .flatMap((script) => script.functions)
      .filter((entry) => entry.functionName === 'called')
      .map((entry) => entry.ranges[0].count);
  };
  let called;
  (async () => {
    const first = await counts(() => {
      called = new Script('(function called() {})', { filename: 'counted.js' }).runInThisContext();
      called();
    });
    const second = await counts(() => { called(); called(); called(); });
    console.log(JSON.stringify({ first, second }));
  })();
`;

test('counts for each test file only the code that ran since the previous test file ended', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', PROGRAM], { encoding: 'utf8' });
  expect({ stdout, stderr }).toMatchObject({ stdout: '{"first":[1],"second":[3]}\n' });
});
