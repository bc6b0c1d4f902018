/** The commands of the first `sh` block after the line that begins with `lead`: what a reader of the document copies into a terminal. */
export function commandsAfter(document: string, lead: string): string {
  const lines = document.split('\n');
  const from = lines.findIndex((line) => line.startsWith(lead));
  if (from < 0) throw new Error(`the document has no line that begins with "${lead}"`);
  const begin = lines.indexOf('```sh', from);
  const end = lines.indexOf('```', begin);
  if (begin < 0 || end < 0) throw new Error(`the document has no block of commands after "${lead}"`);
  return lines.slice(begin + 1, end).join('\n');
}

/** The first block of commands after `lead` that contains `word`. */
export function commandsWith(document: string, lead: string, word: string): string {
  const rest = document.slice(document.indexOf(lead));
  const block = rest
    .split('```sh\n')
    .slice(1)
    .map((part) => part.split('\n```')[0] ?? '')
    .find((commands) => commands.includes(word));
  if (block === undefined) throw new Error(`the document has no commands with "${word}" after "${lead}"`);
  return block;
}

/**
 * Replaces placeholders that readers fill in themselves, such as `…` and CODE. Throws when the commands lack one of
 * them.
 */
export function filledIn(commands: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    if (!text.includes(name)) throw new Error(`"${name}" is not in these commands:\n${commands}`);
    return text.replaceAll(name, value);
  }, commands);
}

/** Splits the commands before the first line that contains `word`. */
export function splitBefore(commands: string, word: string): [before: string, after: string] {
  const lines = commands.split('\n');
  const at = lines.findIndex((line) => line.includes(word));
  if (at < 0) throw new Error(`no line with "${word}" in these commands:\n${commands}`);
  return [lines.slice(0, at).join('\n'), lines.slice(at).join('\n')];
}
