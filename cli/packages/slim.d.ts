/** Types of slim.js, for its test. */
export function isUnused(path: string): boolean;
export function slim(root: string): Promise<void>;
