import { Icon } from '../parts/icon.tsx';
import { attempt } from '../parts/say.tsx';
import { t } from '../words/words.ts';

const KEPT_MS = 10_000;

/** Shares the recording with another app if the browser supports that; otherwise saves it as a file. */
export function ShareClip({ bytes, name }: { bytes: ArrayBuffer; name: string }) {
  const file = new File([bytes], name, { type: 'audio/wav' });
  const canShare = navigator.canShare?.({ files: [file] }) ?? false;
  const share = () =>
    navigator.share({ files: [file], title: name }).catch((error: unknown) => {
      // An AbortError means that the person closed the list of apps.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
    });
  return (
    <button type="button" class="button" onClick={() => (canShare ? void attempt(share) : save(file))}>
      <Icon name={canShare ? 'share' : 'download'} size={20} />
      {canShare ? t().clip.share : t().clip.save}
    </button>
  );
}

function save(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // Some browsers read the file only after the click, so revoke its URL later.
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/**
 * The file name of a clip, e.g. "smoke_alarm-2026-01-01T10-00-00.wav", without colons because some file systems forbid
 * them.
 */
export const clipName = (label: string, startedAt: string): string =>
  `${label}-${startedAt.slice(0, 19).replaceAll(':', '-')}.wav`;
