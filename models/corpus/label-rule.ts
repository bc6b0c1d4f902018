/** What one label of a corpus means to our heads. Without `positive` and `ignore` it is a confuser: no head may report anything in it. */
export interface LabelRule {
  /** The head that must find it. */
  positive?: string;
  /** Heads that it neither proves right nor wrong: left out of their score. */
  ignore: readonly string[] | '*';
  /** False: the map does not name this label, so it was taken for a confuser. Reports list those. */
  known: boolean;
}

/** As a map is written down: our label's name, `null` for a confuser, or what to leave it out of. */
export type WrittenRule = string | null | { ignore: readonly string[] | '*'; positive?: string };
export type WrittenRules = Readonly<Record<string, WrittenRule>>;
