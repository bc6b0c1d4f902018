import { useEffect, useRef, useState } from 'preact/hooks';
import { fetchSound, takeTheFloor } from '../clip/sound.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { attempt } from './say.tsx';

/**
 * Plays a sound from a list. The sound is loaded at the first tap. `path` is the path of the API that answers with a
 * link to it.
 */
export function PlayButton({ path, name }: { path: string; name: string }) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  useEffect(
    () => () => {
      audio.current?.pause();
      if (audio.current) URL.revokeObjectURL(audio.current.src);
    },
    [],
  );

  const toggle = async () => {
    if (playing) return audio.current?.pause();
    if (!audio.current) {
      const bytes = await fetchSound(path);
      const element = new Audio(URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' })));
      element.onplay = () => {
        takeTheFloor(element);
        setPlaying(true);
      };
      element.onpause = () => setPlaying(false);
      audio.current = element;
    }
    await audio.current.play();
  };
  return (
    <button
      type="button"
      class="icon-button play-button"
      aria-label={playing ? t().history.pauseIt(name) : t().history.listenTo(name)}
      onClick={() => void attempt(toggle)}
    >
      <Icon name={playing ? 'pause' : 'play'} />
    </button>
  );
}
