import type { Evidence } from '@earshot/shared/contracts/home.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../core/api.ts';
import { Icon } from '../parts/icon.tsx';
import { failureText } from '../parts/say.tsx';
import { number } from '../words/format.ts';
import { t } from '../words/words.ts';
import { clipName, ShareClip } from './share-clip.tsx';
import { fetchClip, takeTheFloor } from './sound.ts';

type ClipOfEvidence = NonNullable<Evidence['clip']>;

/**
 * The player for the recording of one candidate, with its picture. `?listen` in the address starts the playback; the
 * button "Listen" of a notification opens such an address.
 */
export function Clip({
  incidentId,
  evidence,
  autoPlay,
}: {
  incidentId: string;
  evidence: Evidence;
  autoPlay: boolean;
}) {
  const { clip } = evidence;
  if (!clip) return <p class="clip-absent">{t().clip.none}</p>;
  if (clip.state !== 'stored') return <p class="clip-absent">{t().clip[clip.state]}</p>;
  return (
    <Player
      incidentId={incidentId}
      candidateId={evidence.candidateId}
      name={clipName(evidence.label, evidence.startedAt)}
      clip={clip}
      autoPlay={autoPlay}
    />
  );
}

interface PlayerProps {
  incidentId: string;
  candidateId: string;
  /** File name of the download. */
  name: string;
  clip: ClipOfEvidence;
  autoPlay: boolean;
}

function Player({ incidentId, candidateId, name, clip, autoPlay }: PlayerProps) {
  const audio = useRef<HTMLAudioElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [playing, setPlaying] = useState(false);
  const [atS, setAtS] = useState(0);
  const [sound, setSound] = useState<ArrayBuffer | null>(null);
  const durationS = clip.durationS;

  useEffect(() => {
    const stop = new AbortController();
    let url = '';
    const load = async () => {
      const bytes = await fetchClip(incidentId, candidateId, stop.signal);
      url = URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' }));
      if (audio.current) audio.current.src = url;
      setSound(bytes);
      // The browser may refuse to play without a tap. The person can then tap the button.
      if (autoPlay) await audio.current?.play().catch(() => undefined);
      const [{ readWav }, { drawPicture }] = await Promise.all([import('./wav.ts'), import('./picture.ts')]);
      if (canvas.current) drawPicture(canvas.current, readWav(bytes));
    };
    load().catch((error: unknown) => {
      if (stop.signal.aborted) return;
      setFailure(whyNotHeard(error));
    });
    return () => {
      stop.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [incidentId, candidateId]);

  useEffect(() => {
    // "Listen" was tapped on the notification while this page was already open.
    if (autoPlay && audio.current?.src) audio.current.play().catch(() => undefined);
  }, [autoPlay]);

  useEffect(() => (playing ? everyFrame(() => setAtS(audio.current?.currentTime ?? 0)) : undefined), [playing]);

  const toggle = () => {
    if (!audio.current) return;
    if (playing) audio.current.pause();
    else audio.current.play().catch(() => setFailure(t().clip.unreadable));
  };
  const seek = (seconds: number) => {
    if (audio.current) audio.current.currentTime = seconds;
    setAtS(seconds);
  };

  if (failure) return <p class="clip-absent">{failure}</p>;
  const share = (seconds: number) => `${Math.min(100, (100 * seconds) / durationS).toFixed(2)}%`;
  return (
    <figure class="clip">
      <div class="clip-picture">
        <canvas
          ref={canvas}
          role="img"
          aria-label={t().clip.picture(number(clip.eventStartS, 1), number(clip.eventEndS, 1), number(durationS, 1))}
        />
        <span
          class="clip-event"
          data-late={clip.eventStartS > durationS / 2}
          style={{ left: share(clip.eventStartS), width: share(clip.eventEndS - clip.eventStartS) }}
          aria-hidden="true"
        >
          <span>{t().clip.event}</span>
        </span>
        <input
          class="clip-seek"
          data-started={atS > 0}
          type="range"
          min={0}
          max={durationS}
          step={0.1}
          value={atS}
          aria-label={t().clip.position}
          aria-valuetext={t().clip.seconds(number(atS, 1), number(durationS, 1))}
          onInput={(event) => seek(Number(event.currentTarget.value))}
        />
      </div>
      <div class="clip-controls">
        <button type="button" class="button button-play" onClick={toggle}>
          <Icon name={playing ? 'pause' : 'play'} />
          {playing ? t().clip.pause : t().clip.play}
        </button>
        <span class="clip-time" aria-hidden="true">
          {number(atS, 1)} / {number(durationS, 1)} s
        </span>
        {sound && <ShareClip bytes={sound} name={name} />}
      </div>
      <audio
        ref={audio}
        preload="auto"
        onPlay={(event) => {
          takeTheFloor(event.currentTarget);
          setPlaying(true);
        }}
        onPause={() => setPlaying(false)}
        onEnded={() => seek(0)}
      />
    </figure>
  );
}

function whyNotHeard(error: unknown): string {
  if (error instanceof ApiError) return error.status === 404 ? t().clip.deleted : failureText(error);
  return error instanceof Error && error.name === 'Error' ? t().clip.unreadable : failureText(error);
}

function everyFrame(work: () => void): () => void {
  let handle = 0;
  const frame = () => {
    work();
    handle = requestAnimationFrame(frame);
  };
  handle = requestAnimationFrame(frame);
  return () => cancelAnimationFrame(handle);
}
