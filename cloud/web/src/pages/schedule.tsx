import { MODES, type Mode } from '@earshot/shared/labels.ts';
import { useState } from 'preact/hooks';
import { app, patchSettings } from '../core/home.ts';
import type { ScheduleEntry } from '../core/contracts.ts';
import { useStore } from '../core/store.ts';
import { Choice } from '../parts/choice.tsx';
import { Icon } from '../parts/icon.tsx';
import { ModeChoice } from '../parts/mode-choice.tsx';
import { Page } from '../parts/page.tsx';
import { attempt } from '../parts/say.tsx';
import { mondayFirst, weekday, weekdays } from '../words/format.ts';
import { t } from '../words/words.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 0];

export default function Schedule() {
  const settings = useStore(app, (state) => state.settings);
  if (!settings) return <Page title={t().schedule.title} up="/settings" children={null} />;
  const save = (schedule: ScheduleEntry[]) => attempt(() => patchSettings({ schedule }));
  const sorted = [...settings.schedule].sort((a, b) => a.at.localeCompare(b.at));
  return (
    <Page title={t().schedule.title} up="/settings">
      <section aria-label={t().schedule.now}>
        <h2>{t().schedule.now}</h2>
        <ModeChoice mode={settings.mode} />
        <p class="fine">{t().modeMeaning[settings.mode]}</p>
      </section>
      <section aria-labelledby="changes-title">
        <h2 id="changes-title">{t().schedule.changes}</h2>
        {sorted.length === 0 && <p class="lead">{t().schedule.none}</p>}
        <ul class="rows">
          {sorted.map((entry) => {
            const words = `${entry.at}, ${weekdays(entry.days)}: ${t().modes[entry.mode]}`;
            return (
              <li key={words} class="row">
                <span class="schedule-at">{entry.at}</span>
                <span class="row-words">
                  <span>{t().modes[entry.mode]}</span>
                  <small>{weekdays(entry.days)}</small>
                </span>
                <button
                  type="button"
                  class="icon-button"
                  aria-label={t().schedule.removeIt(words)}
                  onClick={() => void save(settings.schedule.filter((each) => each !== entry))}
                >
                  <Icon name="trash" size={20} />
                </button>
              </li>
            );
          })}
        </ul>
        <p class="fine">{t().schedule.timeZone(settings.timeZone)}</p>
      </section>
      <NewEntry onAdd={(entry) => void save([...settings.schedule, entry])} />
    </Page>
  );
}

function NewEntry({ onAdd }: { onAdd: (entry: ScheduleEntry) => void }) {
  const [at, setAt] = useState('22:30');
  const [days, setDays] = useState(EVERY_DAY);
  const [mode, setMode] = useState<Mode>('night');
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (days.length > 0) onAdd({ at, days: [...days].sort(), mode });
      }}
    >
      <h2>{t().schedule.add}</h2>
      <label class="field">
        <span>{t().schedule.at}</span>
        <input type="time" required value={at} onInput={(event) => setAt(event.currentTarget.value)} />
      </label>
      <fieldset class="choice">
        <legend>{t().schedule.on}</legend>
        <div class="choice-options">
          {mondayFirst(EVERY_DAY).map((day) => (
            <label key={day} class="choice-option">
              <input
                type="checkbox"
                aria-label={weekday(day, 'long')}
                checked={days.includes(day)}
                onChange={(event) =>
                  setDays(event.currentTarget.checked ? [...days, day] : days.filter((each) => each !== day))
                }
              />
              <span>{weekday(day).slice(0, 2)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Choice
        name="new-mode"
        legend={t().schedule.becomes}
        options={MODES.map((value) => ({ value, label: t().modes[value] }))}
        value={mode}
        onChange={setMode}
      />
      <button type="submit" class="button button-strong" disabled={days.length === 0}>
        {t().common.add}
      </button>
    </form>
  );
}
