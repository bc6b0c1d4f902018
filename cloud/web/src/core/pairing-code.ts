export const CODE_LENGTH = 8;

/** Normalises a typed pairing code as the API does: removes spaces and dashes, and uses upper case. */
export const plainCode = (typed: string): string => typed.toUpperCase().replace(/[\s-]/g, '');

/**
 * Finds the pairing code in the address of a QR code: `/pair?code=…`, `/pair#…` or `/pair/…`. Returns the code in two
 * halves, as the app shows it.
 */
export function codeFromAddress(address: string): string {
  const url = new URL(address);
  if (!url.pathname.startsWith('/pair')) return '';
  const found =
    url.searchParams.get('code') ?? (url.hash.replace(/^#(code=)?/, '') || url.pathname.slice('/pair/'.length));
  const code = plainCode(found)
    .replace(/[^0-9A-Z]/g, '')
    .slice(0, CODE_LENGTH);
  return code.length === CODE_LENGTH ? `${code.slice(0, 4)} ${code.slice(4)}` : code;
}
