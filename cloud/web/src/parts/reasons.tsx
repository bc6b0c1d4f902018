import { LEAST_SHARE } from '@earshot/shared/cadence/explain.ts';
import type { Evidence } from '@earshot/shared/contracts/home.ts';
import { percent } from '../words/format.ts';
import { reasonText } from '../words/reason-text.ts';
import { t } from '../words/words.ts';

const MOST = 3;

/** Lists the measurements with the largest shares in the device's decision about this sound. */
export function Reasons({ evidence }: { evidence: Evidence }) {
  const shown = evidence.why.reasons
    // Older devices send measurements with a smaller share, too.
    .filter(({ share }) => share >= LEAST_SHARE)
    .flatMap((reason) => {
      const text = reasonText(reason);
      return text === null ? [] : [{ text, share: reason.share }];
    })
    .slice(0, MOST);
  if (shown.length === 0) return null;
  return (
    <div class="reasons">
      <h3>{t().reasons.title}</h3>
      <p class="fine">{t().reasons.legend}</p>
      <dl class="sureness">
        {shown.map(({ text, share }) => (
          <div key={text} class="score">
            <dt>{text}</dt>
            <dd>
              <span class="sr-only">{t().reasons.share(percent(share))}</span>
              <span class="score-bar" aria-hidden="true">
                <span style={{ transform: `scaleX(${share.toFixed(3)})` }} />
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
