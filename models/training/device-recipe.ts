export interface DeviceRecipe {
  seed: number;
  steps: number;
  peakRate: number;
  /** Number of scenes in a step. */
  batch: number;
  shards: number;
  /** How many shards must exist at the start, and after how many steps each next one is used. */
  firstShards: number;
  stepsPerShard: number;
  /** The cost of a missed event relative to a false one. */
  missWeight: number;
  /**
   * In a training that begins with a network and changes its trunk: the cost of what the trunk forgets of other
   * sounds. Homes teach their own sounds on this trunk.
   */
  forgetCost: number;
}
