import type { Evidence } from '@earshot/shared/contracts/home.ts';
import { isRuledOut } from '../core/incident.ts';
import { percent } from '../words/format.ts';
import { t } from '../words/words.ts';

/** Shows the scores of both stages: of the small network on the device and of the large network in the cloud. */
export function Sureness({ evidence }: { evidence: Evidence }) {
  return (
    <dl class="sureness">
      <Score name={t().alert.deviceScore} score={evidence.deviceScore} />
      {isRuledOut(evidence) ? (
        <div class="score" data-known="false">
          <dt>{t().alert.verifierScore}</dt>
          {/* No percentage: a check that needs 97 % rules out 96 %, which looks like certainty. */}
          <dd>{t().alert.notSureEnough}</dd>
        </div>
      ) : (
        <Score name={t().alert.verifierScore} score={evidence.verifierScore} />
      )}
    </dl>
  );
}

function Score({ name, score }: { name: string; score: number | null }) {
  return (
    <div class="score" data-known={score !== null}>
      <dt>{name}</dt>
      <dd>
        {score === null ? t().alert.notChecked : t().alert.sure(percent(score))}
        <span class="score-bar" aria-hidden="true">
          <span style={{ transform: `scaleX(${(score ?? 0).toFixed(3)})` }} />
        </span>
      </dd>
    </div>
  );
}
