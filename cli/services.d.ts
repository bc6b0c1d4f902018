export function isService(words: readonly string[]): boolean;
