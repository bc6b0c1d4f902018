/**
 * Compares release versions like "2026-11-21.2" and "2026-11-21.10": first by day, then by counter. The result is
 * negative when `a` is older.
 */
export function compareVersions(a: string, b: string): number {
  const [dayA = '', countA = '0'] = a.split('.');
  const [dayB = '', countB = '0'] = b.split('.');
  return dayA === dayB ? Number(countA) - Number(countB) : dayA < dayB ? -1 : 1;
}
