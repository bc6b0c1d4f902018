import type { CalibrationView } from '@earshot/shared/contracts/home.ts';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import { LEVELS } from '@earshot/shared/labels.ts';
import type { z } from 'zod';

/** What each sensitivity means, as the release measured it after both stages. */
export function calibrationOf(manifest: Manifest): z.infer<typeof CalibrationView> {
  const labels = Object.entries(manifest.verifier.levels).map(([label, levels]) => [
    label,
    Object.fromEntries(
      LEVELS.flatMap((level) => {
        const measured = levels[level];
        return measured ? [[level, { falseAlertsPerDay: measured.perDay, missRate: measured.missRate }]] : [];
      }),
    ),
  ]);
  return { release: manifest.version, labels: Object.fromEntries(labels) as z.infer<typeof CalibrationView>['labels'] };
}
