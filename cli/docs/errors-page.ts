import { CATALOGUE } from '@earshot/shared/errors.ts';

interface Entry {
  what: string;
  todo: string;
  status?: number;
  exit?: number;
}

/** docs/errors.md: all errors as a table, in the order of the catalogue. */
export function errorsPage(): string {
  const rows = Object.entries(CATALOGUE as Record<string, Entry>).map(
    ([code, { what, todo, status, exit }]) => `| \`${code}\` | ${what} | ${todo} | ${status ?? ''} | ${exit ?? 1} |`,
  );
  return [
    '# Errors',
    '',
    'Every error of Earshot has a code that never changes its meaning. A command prints the code at the beginning of its line and exits with the exit status;',
    'the API answers with the HTTP status and `{"error":{"code","message","todo"}}`. Made from `shared/errors.ts` by `npm run docs:errors`.',
    '',
    '| code | what happened | what to do | HTTP | exit |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
