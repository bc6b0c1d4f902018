import { MODES, type Mode } from '@earshot/shared/labels.ts';
import { patchSettings } from '../core/home.ts';
import { t } from '../words/words.ts';
import { Choice } from './choice.tsx';
import { attempt } from './say.tsx';

/** The choice between home, away and night, at the bottom where the thumb reaches it. */
export function ModeChoice({ mode }: { mode: Mode }) {
  return (
    <Choice
      name="mode"
      legend={t().home.mode}
      hideLegend
      options={MODES.map((value) => ({ value, label: t().modes[value] }))}
      value={mode}
      onChange={(value) => void attempt(() => patchSettings({ mode: value }))}
    />
  );
}
