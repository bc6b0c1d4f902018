export interface DeviceRecipe {
  seed: number;
  steps: number;
  peakRate: number;
  /** Number of scenes in a step. */
  batch: number;
  shards: number;
  /** How many shards must exist at the start, and after how many steps each further shard is used. */
  firstShards: number;
  stepsPerShard: number;
  /** The cost of a missed event relative to a false one. */
  missWeight: number;
  /**
   * The cost of what the trunk forgets about other sounds. It applies to a training that begins with a network and
   * changes its trunk, and is needed because homes teach their own sounds on this trunk.
   */
  forgetCost: number;
}
