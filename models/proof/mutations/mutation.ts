/** One protection, the edit that removes it, and the test that must fail then. */
export interface Mutation {
  /** The numbered item of PROOF.md that it belongs to; null for one that was found later. */
  item: number | null;
  protection: string;
  file: string;
  find: string;
  replace: string;
  test: string;
}
