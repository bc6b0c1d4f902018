import type { SoundSetting } from '@earshot/shared/contracts/settings.ts';
import { isSafety, KNOWN_LABELS, labelInfo, LEVELS, MODES, TAUGHT, type Mode } from '@earshot/shared/labels.ts';
import { call } from '../core/api.ts';
import type { CalibrationView } from '../core/contracts.ts';
import { app, patchSettings } from '../core/home.ts';
import { levelMeaning } from '../core/level-meaning.ts';
import { useStore } from '../core/store.ts';
import { Choice } from '../parts/choice.tsx';
import { Icon, soundIcon, tone } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { attempt } from '../parts/say.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { soundName } from '../words/format.ts';
import { taughtNames } from '../words/taught-names.ts';
import { t } from '../words/words.ts';

const newSound = (label: string): SoundSetting => ({ modes: [...labelInfo(label).modes], level: 'medium' });

export default function Sounds() {
  const settings = useStore(app, (state) => state.settings);
  const { value: calibration } = useLoaded((signal) =>
    call<CalibrationView>('GET', '/v1/calibration', undefined, signal),
  );
  if (!settings) return <Page title={t().sound.title} up="/settings" children={null} />;

  // A release may contain a sound for which this app has no name yet. It is listed like the others.
  const labels = [
    ...new Set([
      ...KNOWN_LABELS,
      ...taughtNames.keys(),
      ...Object.keys(settings.sounds).filter((label) => !TAUGHT.test(label)),
      ...Object.keys(calibration?.labels ?? {}),
    ]),
  ];
  const change = (label: string, sound: SoundSetting) =>
    void attempt(() => patchSettings({ sounds: { ...settings.sounds, [label]: sound } }));
  return (
    <Page title={t().sound.title} up="/settings">
      <p class="lead">{t().sound.intro}</p>
      {labels.map((label) => (
        <Sound
          key={label}
          label={label}
          sound={settings.sounds[label] ?? newSound(label)}
          measured={calibration?.labels[label]}
          onChange={(sound) => change(label, sound)}
        />
      ))}
      {calibration && <p class="fine">{t().sound.measured(calibration.release)}</p>}
    </Page>
  );
}

interface SoundProps {
  label: string;
  sound: SoundSetting;
  measured: CalibrationView['labels'][string] | undefined;
  onChange: (sound: SoundSetting) => void;
}

function Sound({ label, sound, measured, onChange }: SoundProps) {
  const name = soundName(label);
  return (
    <section class="sound" data-tone={tone(label)} aria-label={name}>
      <h2>
        <Icon name={soundIcon(label)} size={28} />
        {name}
      </h2>
      {isSafety(label) ? (
        <p class="sound-always">{t().sound.alwaysOn}</p>
      ) : (
        <Modes name={name} modes={sound.modes} onChange={(modes) => onChange({ ...sound, modes })} />
      )}
      <Choice
        name={`level-${label}`}
        legend={t().sound.sensitivity}
        options={LEVELS.map((value) => ({ value, label: t().levels[value] }))}
        value={sound.level}
        onChange={(level) => onChange({ ...sound, level })}
      />
      <p class="sound-meaning">{levelMeaning(measured?.[sound.level])}</p>
    </section>
  );
}

function Modes({ name, modes, onChange }: { name: string; modes: Mode[]; onChange: (modes: Mode[]) => void }) {
  return (
    <fieldset class="choice">
      <legend>{modes.length ? t().sound.listensIn : t().sound.neverOn}</legend>
      <div class="choice-options">
        {MODES.map((mode) => (
          <label key={mode} class="choice-option">
            <input
              type="checkbox"
              aria-label={`${name}: ${t().modes[mode]}`}
              checked={modes.includes(mode)}
              onChange={(event) =>
                onChange(MODES.filter((each) => (each === mode ? event.currentTarget.checked : modes.includes(each))))
              }
            />
            <span>{t().modes[mode]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
