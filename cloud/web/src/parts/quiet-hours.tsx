import { app, patchSettings } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { t } from '../words/words.ts';
import { Switch } from './choice.tsx';
import { attempt } from './say.tsx';

const USUAL_NIGHT = { from: '22:00', to: '07:00' };

export function QuietHours() {
  const hours = useStore(app, (state) => state.settings?.quietHours ?? null);
  const save = (quietHours: typeof hours) => void attempt(() => patchSettings({ quietHours }));
  return (
    <section aria-labelledby="quiet-title">
      <h2 id="quiet-title">{t().channels.quietHours}</h2>
      <Switch
        label={t().channels.quietOn}
        help={t().channels.quietHelp}
        checked={hours !== null}
        onChange={(on) => save(on ? USUAL_NIGHT : null)}
      />
      {hours && (
        <div class="form-line">
          {(['from', 'to'] as const).map((end) => (
            <label key={end} class="field">
              <span>{t().channels[end]}</span>
              <input
                type="time"
                required
                value={hours[end]}
                onChange={(event) => event.currentTarget.value && save({ ...hours, [end]: event.currentTarget.value })}
              />
            </label>
          ))}
        </div>
      )}
    </section>
  );
}
