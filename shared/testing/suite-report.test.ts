import { describe, expect, test } from '@jest/globals';
import { suiteReport, type JestResult } from './suite-report.ts';

const root = '/repository';
const passed = { fullName: 'Ring keeps the last 20 s', status: 'passed', failureMessages: [] };
const failed = {
  fullName: 'Ring drops older sound',
  status: 'failed',
  failureMessages: [
    '\u001b[31mError: expect(received).toBe(expected)\u001b[39m\n\nExpected: 1\nReceived: 2\nMore\n    at Object.<anonymous> (ring.test.ts:9:1)',
  ],
};

function result(overrides: Partial<JestResult> = {}): JestResult {
  return {
    numPassedTests: 1,
    numFailedTests: 0,
    numRuntimeErrorTestSuites: 0,
    numPendingTests: 2,
    testResults: [{ name: `${root}/device/ring.test.ts`, status: 'passed', message: '', assertionResults: [passed] }],
    ...overrides,
  };
}

describe('The report of a suite', () => {
  test('gives the counts and no further lines when every test passed', () => {
    expect(suiteReport(result(), '', 0, root)).toEqual({ passed: 1, failed: 0, skipped: 2, lines: [] });
  });

  test('names file and full name of a failed test, and the first three lines of its message without colours', () => {
    const testResults = [
      { name: `${root}/device/ring.test.ts`, status: 'failed', message: '', assertionResults: [passed, failed] },
    ];
    const report = suiteReport(result({ numFailedTests: 1, testResults }), '', 1, root);
    expect(report.failed).toBe(1);
    expect(report.lines).toEqual([
      'device/ring.test.ts: Ring drops older sound',
      '  Error: expect(received).toBe(expected)',
      '  Expected: 1',
      '  Received: 2',
    ]);
  });

  test('counts a file that could not be loaded as one failed test and says why', () => {
    const message = '  ● Test suite failed to run\n\n    SyntaxError: missing )\n      at new Script (node:vm)';
    const testResults = [{ name: `${root}/cloud/main.test.ts`, status: 'failed', message, assertionResults: [] }];
    const report = suiteReport(result({ numRuntimeErrorTestSuites: 1, testResults }), '', 1, root);
    expect(report.failed).toBe(1);
    expect(report.lines).toEqual([
      'cloud/main.test.ts: could not run',
      '  ● Test suite failed to run',
      '  SyntaxError: missing )',
    ]);
  });

  test('says that a coverage floor was missed when no test failed', () => {
    const stderr = 'Tests: 1 passed\nJest: Coverage for lines (95.2%) does not meet "./shared/" threshold (96%)\n';
    const report = suiteReport(result(), stderr, 1, root);
    expect(report.failed).toBe(1);
    expect(report.lines).toEqual([
      'No test failed, but a coverage floor was missed:',
      '  Coverage for lines (95.2%) does not meet "./shared/" threshold (96%)',
    ]);
  });

  test('lists the first 20 of many failures and counts those that are not listed', () => {
    const assertionResults = Array.from({ length: 23 }, () => ({ ...failed, failureMessages: null }));
    const testResults = [{ name: `${root}/device/ring.test.ts`, status: 'failed', message: '', assertionResults }];
    const report = suiteReport(result({ numFailedTests: 23, testResults }), '', 1, root);
    expect(report.lines).toHaveLength(21);
    expect(report.lines.at(-1)).toBe('and 3 more failed tests');
  });

  test('counts a jest run that wrote no result as one failed test', () => {
    expect(suiteReport(undefined, '', 137, root)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      lines: ['jest ended with exit status 137 and wrote no result'],
    });
  });

  test('counts an exit status that is not 0 as one failed test when no test failed', () => {
    const report = suiteReport(result(), '', 1, root);
    expect(report.failed).toBe(1);
    expect(report.lines).toEqual(['No test failed, but jest ended with exit status 1']);
  });
});
