/** One protection, the edit that removes it, and the test that must fail then. */
export interface Mutation {
  /** The numbered item of PROOF.md to which the protection belongs; null when it belongs to no item. */
  item: number | null;
  protection: string;
  file: string;
  find: string;
  replace: string;
  test: string;
}
