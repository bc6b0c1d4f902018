/** The most letters that may differ; commander, which suggests commands and options, uses the same limits. */
const MOST_EDITS = 3;
const MOST_EDITED_SHARE = 0.6;

/** The known word that is most similar to a mistyped one, for "Did you mean …?"; null when none is similar. */
export function similarWord(mistyped: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = MOST_EDITS + 1;
  for (const word of known) {
    const edits = editsBetween(mistyped, word);
    if (edits >= fewest || edits >= MOST_EDITED_SHARE * Math.max(mistyped.length, word.length)) continue;
    best = word;
    fewest = edits;
  }
  return best;
}

/** How many letters must be added, removed or replaced to turn `a` into `b` (the Levenshtein distance). */
function editsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...a].entries()) {
    const edits = [row + 1];
    for (let column = 0; column < b.length; column++) {
      const replaced = above[column]! + (letter === b[column] ? 0 : 1);
      edits.push(Math.min(replaced, above[column + 1]! + 1, edits[column]! + 1));
    }
    above = edits;
  }
  return above[b.length]!;
}
