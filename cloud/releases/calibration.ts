import type { CalibrationView } from '@earshot/shared/contracts/home.ts';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import { LEVELS } from '@earshot/shared/labels.ts';
import type { z } from 'zod';

/**
 * The false alerts and misses at each sensitivity, as the app shows them. The verifier sees only what the device reports, so its miss rate
 * does not include sounds that the device missed. Both together miss at least as many sounds as the worse of them alone, so the higher of
 * the two miss rates is shown.
 */
export function calibrationOf(manifest: Manifest): z.infer<typeof CalibrationView> {
  const labels = Object.entries(manifest.verifier.levels).map(([label, levels]) => [
    label,
    Object.fromEntries(
      LEVELS.flatMap((level) => {
        const measured = levels[level];
        if (!measured) return [];
        const onDevice = manifest.heads.find((head) => head.label === label)?.levels[level]?.missRate ?? 0;
        return [[level, { falseAlertsPerDay: measured.perDay, missRate: Math.max(measured.missRate, onDevice) }]];
      }),
    ),
  ]);
  return { release: manifest.version, labels: Object.fromEntries(labels) as z.infer<typeof CalibrationView>['labels'] };
}
