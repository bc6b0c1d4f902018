/** Compares "2026-11-21.2" with "2026-11-21.10": by day, then by counter. Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [dayA = '', countA = '0'] = a.split('.');
  const [dayB = '', countB = '0'] = b.split('.');
  return dayA === dayB ? Number(countA) - Number(countB) : dayA < dayB ? -1 : 1;
}
