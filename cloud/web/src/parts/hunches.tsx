import type { Hunch } from '@earshot/shared/contracts/hunches.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { call } from '../core/api.ts';
import { app, patchSettings } from '../core/home.ts';
import { soundName } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { attempt, say } from './say.tsx';
import { useLoaded } from './use-loaded.ts';

const NOT_NOW_MS = 30 * 86_400_000;

/**
 * Shows suggestions to change a sensitivity, which the cloud computes from the home's own alerts. Nothing changes
 * unless the person accepts.
 */
export function Hunches() {
  const { value, reload } = useLoaded((signal) => call<{ items: Hunch[] }>('GET', '/v1/hunches', undefined, signal));
  return (
    <>
      {value?.items.map((hunch) => (
        <Suggestion key={hunch.label} hunch={hunch} onAnswer={reload} />
      ))}
    </>
  );
}

function Suggestion({ hunch, onAnswer }: { hunch: Hunch; onAnswer: () => void }) {
  const words = t().hunch;
  const { label, from, to, days, place, aroundHour, wrong, right, unjudged } = hunch;
  const sound = soundName(label);
  const answer = async (yes: boolean) => {
    const { settings } = app.get();
    if (!settings) return;
    const modes = settings.sounds[label]?.modes ?? [...labelInfo(label).modes];
    const until = new Date(Date.now() + NOT_NOW_MS).toISOString();
    const patch = yes
      ? { sounds: { ...settings.sounds, [label]: { modes, level: to } } }
      : { hunchesNotNow: { ...settings.hunchesNotNow, [label]: until } };
    if (!(await attempt(() => patchSettings(patch)))) return;
    if (yes) say(words.done(sound, t().levels[to]));
    onAnswer();
  };
  const lost = unjudged.now - unjudged.then;
  return (
    <section class="hint" aria-label={words.title(sound)}>
      <Icon name="ear" />
      <div class="hint-words">
        <h2>{words.title(sound)}</h2>
        <p>
          {words.now(sound, wrong.now, place, aroundHour === null ? null : `${aroundHour}:00`, days)}{' '}
          {words.then(t().levels[to], wrong.then)} {words.missed(right.now)} {lost > 0 && words.unjudged(lost)}
        </p>
      </div>
      <div class="hint-actions">
        <button type="button" class="button button-strong" onClick={() => void answer(true)}>
          {words.yes(t().levels[from], t().levels[to])}
        </button>
        <button type="button" class="button" onClick={() => void answer(false)}>
          {t().common.notNow}
        </button>
      </div>
    </section>
  );
}
