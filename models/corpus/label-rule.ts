/**
 * What a label of a corpus means for the detector's heads. A label without `positive` and `ignore` is a confuser: no
 * head may report anything in its sounds.
 */
export interface LabelRule {
  /** The head that must detect sounds with this label. */
  positive?: string;
  /**
   * Heads for which the label counts neither as right nor as wrong. Sounds with this label are not part of their score.
   */
  ignore: readonly string[] | '*';
  /** False when the map does not list this label, so that it was used as a confuser. Reports list such labels. */
  known: boolean;
}

/**
 * How a rule is written in a map: the name of Earshot's label, `null` for a confuser, or the heads that ignore the
 * label.
 */
export type WrittenRule = string | null | { ignore: readonly string[] | '*'; positive?: string };
export type WrittenRules = Readonly<Record<string, WrittenRule>>;
