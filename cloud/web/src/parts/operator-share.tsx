import type { Evidence } from '@earshot/shared/contracts/home.ts';
import { app, shareClip } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { day } from '../words/format.ts';
import { t } from '../words/words.ts';
import { attempt } from './say.tsx';

/**
 * A button that shares this one recording with the operators of the cloud. It also shows who shared it, and any member
 * can stop the sharing.
 */
export function OperatorShare({ incidentId, evidence }: { incidentId: string; evidence: Evidence }) {
  const hasOperators = useStore(app, (state) => state.home?.operators ?? false);
  const { candidateId, clip } = evidence;
  if (clip?.state !== 'stored' || (!hasOperators && !clip.shared)) return null;
  const share = (shared: boolean) => void attempt(() => shareClip(incidentId, candidateId, shared));
  return (
    <div class="operator-share">
      <p class="fine" role="status">
        {clip.shared ? t().clip.sharedBy(clip.shared.by, day(clip.shared.at)) : ''}
      </p>
      <button type="button" class="button button-quiet" onClick={() => share(!clip.shared)}>
        {clip.shared ? t().clip.stopSharing : t().clip.shareWithOperators}
      </button>
    </div>
  );
}
