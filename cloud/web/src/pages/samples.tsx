import type { Sample } from '@earshot/shared/contracts/samples.ts';
import { call } from '../core/api.ts';
import { app, patchSettings } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { Switch } from '../parts/choice.tsx';
import { Failed } from '../parts/failed.tsx';
import { Icon, soundIcon, tone } from '../parts/icon.tsx';
import { Empty, Page } from '../parts/page.tsx';
import { PlayButton } from '../parts/play-button.tsx';
import { attempt, say } from '../parts/say.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { clock, day, soundName } from '../words/format.ts';
import { t } from '../words/words.ts';

const load = (signal: AbortSignal) => call<{ items: Sample[] }>('GET', '/v1/samples', undefined, signal);

/**
 * Lists samples: sounds that were almost reported, from a home that opted in. Members say whether each sample contains
 * the sound.
 */
export default function Samples() {
  const words = t().samples;
  const isOn = useStore(app, (state) => state.settings?.samples ?? false);
  const { value, failure, reload } = useLoaded(load);
  const change = async (method: 'POST' | 'DELETE', path: string, body?: object) => {
    if (await attempt(() => call(method, path, body))) reload();
  };
  return (
    <Page title={words.title} up="/settings/privacy">
      <p class="lead">{words.intro}</p>
      <Switch
        label={words.on}
        help={words.onText}
        checked={isOn}
        onChange={(samples) => void attempt(() => patchSettings({ samples }))}
      />
      {failure !== null && <Failed text={failure} retry={reload} />}
      {value?.items.length === 0 && <Empty title={words.emptyTitle} text={words.empty} />}
      <ul class="rows">
        {value?.items.map((sample) => (
          <Row
            key={sample.id}
            sample={sample}
            onJudge={(verdict) => void change('POST', `/v1/samples/${sample.id}/feedback`, { verdict })}
            onRemove={() => void change('DELETE', `/v1/samples/${sample.id}`).then(() => say(words.removed))}
          />
        ))}
      </ul>
    </Page>
  );
}

interface RowProps {
  sample: Sample;
  onJudge: (verdict: Sample['feedback']) => void;
  onRemove: () => void;
}

function Row({ sample, onJudge, onRemove }: RowProps) {
  const words = t().samples;
  const { label, heardAt, feedback, playable } = sample;
  const name = `${soundName(label)}, ${sample.room || sample.deviceName}, ${day(heardAt)} ${clock(heardAt)}`;
  return (
    <li class="row" data-tone={tone(label)}>
      <Icon name={soundIcon(label)} />
      <span class="row-words">
        <span>{words.was(soundName(label))}</span>
        <small>{name}</small>
        <span class="feedback-answers">
          {(['right', 'wrong'] as const).map((verdict) => (
            <button
              key={verdict}
              type="button"
              class="button"
              aria-label={words.answer[verdict](name)}
              aria-pressed={feedback === verdict}
              onClick={() => onJudge(feedback === verdict ? null : verdict)}
            >
              {words[verdict]}
            </button>
          ))}
        </span>
      </span>
      {playable && <PlayButton path={`/v1/samples/${sample.id}`} name={name} />}
      <button type="button" class="icon-button" aria-label={words.removeIt(name)} onClick={onRemove}>
        <Icon name="trash" size={20} />
      </button>
    </li>
  );
}
