import type { IgnoredSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import { clipPath } from '../clip/sound.ts';
import { call } from '../core/api.ts';
import { loadIgnoredSounds } from '../core/ignored-sounds.ts';
import { ask } from '../parts/ask.tsx';
import { Failed } from '../parts/failed.tsx';
import { Icon, soundIcon, tone } from '../parts/icon.tsx';
import { Empty, Page } from '../parts/page.tsx';
import { PlayButton } from '../parts/play-button.tsx';
import { attempt, say } from '../parts/say.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { day, soundName } from '../words/format.ts';
import { heardAgain } from '../words/ignored-text.ts';
import { t } from '../words/words.ts';

/**
 * Lists the sounds that alert nobody any more, because a member marked an alert as false. Members can play each sound
 * and remove it from the list.
 */
export default function Ignored() {
  const { value, failure, reload } = useLoaded(loadIgnoredSounds);
  const remove = async (sound: IgnoredSound) => {
    const words = t().ignored;
    const yes = await ask({ title: words.removeAsk, text: words.removeMeaning, action: t().common.remove });
    if (yes && (await attempt(() => call('DELETE', `/v1/ignored-sounds/${sound.id}`)))) {
      say(words.removed);
      reload();
    }
  };
  return (
    <Page title={t().ignored.title} up="/settings">
      <p class="lead">{t().ignored.intro}</p>
      {failure !== null && <Failed text={failure} retry={reload} />}
      {!value && failure === null && <p aria-busy="true">{t().common.loading}</p>}
      {value?.items.length === 0 && <Empty title={t().ignored.emptyTitle} text={t().ignored.empty} />}
      <ul class="rows">
        {value?.items.map((sound) => (
          <Row key={sound.id} sound={sound} onRemove={() => void remove(sound)} />
        ))}
      </ul>
    </Page>
  );
}

function Row({ sound, onRemove }: { sound: IgnoredSound; onRemove: () => void }) {
  const words = t().ignored;
  const place = sound.room || sound.deviceName;
  const name = `${soundName(sound.label)}, ${place}`;
  const remarks = [soundName(sound.label), words.marked(sound.by, day(sound.createdAt)), ...heardAgain(sound)];
  return (
    <li class="row" data-tone={tone(sound.label)}>
      <Icon name={soundIcon(sound.label)} />
      <span class="row-words">
        <span>{words.likeThis(place)}</span>
        <small>{remarks.join(' · ')}</small>
      </span>
      {sound.playable && <PlayButton path={clipPath(sound.incidentId, sound.candidateId)} name={name} />}
      <button type="button" class="icon-button" aria-label={words.removeIt(name)} onClick={onRemove}>
        <Icon name="trash" size={20} />
      </button>
    </li>
  );
}
