/** Checks what a person typed after a command. */
import { type Command, InvalidArgumentError } from 'commander';
import { similarWord } from './similar-word.ts';

/** A parser for commander: accepts whole numbers from `least` to `most`, both included. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const number = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number, ${range}.`);
  };

/** A parser for commander: accepts HTTP and HTTPS addresses. */
export function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('It must be an address that begins with http:// or https://.');
}

/**
 * Call this first in the action of a command that has subcommands and takes no arguments, and let it accept excess
 * arguments. Because the command has an action of its own, commander would count a mistyped subcommand as "too many
 * arguments" and suggest nothing. `hintFor` returns what the person may want instead of a subcommand, or null.
 */
export function refuseUnknownSubcommand(command: Command, hintFor: (word: string) => string | null): void {
  const [word] = command.args;
  if (word === undefined) return;
  const similar = similarWord(
    word,
    command.commands.map((child) => child.name()),
  );
  const hint = hintFor(word) ?? (similar === null ? null : `Did you mean ${similar}?`);
  command.error(`error: unknown command '${word}'${hint === null ? '' : `\n(${hint})`}`);
}
