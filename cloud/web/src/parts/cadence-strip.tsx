import type { Cadence } from '@earshot/shared/contracts/candidate.ts';
import { beepsOf, WINDOW_S } from './beeps.ts';

/** Draws the measured beeps. It is hidden from screen readers, because the sentence beside it says the same. */
export function CadenceStrip({ cadence }: { cadence: Cadence }) {
  const beeps = beepsOf(cadence);
  if (!beeps.length) return null;
  return (
    <svg class="cadence" viewBox={`0 0 ${WINDOW_S * 10} 10`} preserveAspectRatio="none" aria-hidden="true">
      {beeps.map((beep) => (
        <rect key={beep.atS} x={beep.atS * 10} y={0} width={Math.max(beep.lengthS * 10, 0.6)} height={10} />
      ))}
    </svg>
  );
}
