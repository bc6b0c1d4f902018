/**
 * What a label of a corpus means for our heads. Without `positive` and `ignore` it is a confuser, in which no head may
 * report anything.
 */
export interface LabelRule {
  /** The head that must detect it. */
  positive?: string;
  /** Heads for which the label counts neither as right nor as wrong. It is left out of their score. */
  ignore: readonly string[] | '*';
  /** False: the map does not list this label, so it was used as a confuser. Reports list those. */
  known: boolean;
}

/** How a map is written: our label's name, `null` for a confuser, or the heads to leave it out of. */
export type WrittenRule = string | null | { ignore: readonly string[] | '*'; positive?: string };
export type WrittenRules = Readonly<Record<string, WrittenRule>>;
