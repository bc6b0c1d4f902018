/** One protection, the edit that removes it, and the test that must fail then. */
export interface Mutation {
  /** The numbered item of PROOF.md that it belongs to; null when it belongs to none of them. */
  item: number | null;
  protection: string;
  file: string;
  find: string;
  replace: string;
  test: string;
}
