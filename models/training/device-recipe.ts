export interface DeviceRecipe {
  seed: number;
  steps: number;
  peakRate: number;
  /** Number of scenes in a training step. */
  batch: number;
  shards: number;
  /** Number of shards that must exist at the start, and number of steps after which one more shard is used. */
  firstShards: number;
  stepsPerShard: number;
  /** The cost of a missed event, relative to the cost of a false one. */
  missWeight: number;
  /**
   * The weight, in the loss, of what the trunk forgets about other sounds; homes teach such sounds on the trunk. It
   * applies only to a training that begins with a network and changes its trunk.
   */
  forgetCost: number;
}
