/**
 * Whether a step says that an alert is over or false. Such a step is not urgent, and there is nothing left to
 * acknowledge.
 */
export const isCalming = (step: string): boolean =>
  step === 'all_clear' || step === 'update:rejected' || step.startsWith('marked_false');
