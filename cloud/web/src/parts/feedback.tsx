import type { Incident } from '@earshot/shared/contracts/home.ts';
import { giveFeedback } from '../core/home.ts';
import { t } from '../words/words.ts';
import { attempt } from './say.tsx';

/** Was it right? It feeds the next model, and tells the others of the home. */
export function Feedback({ incident }: { incident: Incident }) {
  const given = incident.feedback;
  const give = (verdict: 'right' | 'wrong' | null) => void attempt(() => giveFeedback(incident.id, verdict));
  return (
    <section class="feedback" aria-labelledby="feedback-title">
      <h2 id="feedback-title">{t().alert.wasItRight}</h2>
      <div class="feedback-answers">
        {(['right', 'wrong'] as const).map((verdict) => (
          <button
            key={verdict}
            type="button"
            class="button"
            aria-pressed={given?.verdict === verdict}
            onClick={() => give(given?.verdict === verdict ? null : verdict)}
          >
            {t().alert[verdict]}
          </button>
        ))}
      </div>
      <p class="feedback-given" role="status">
        {given ? t().alert.thanks(given.by, given.verdict === 'right') : ''}
      </p>
    </section>
  );
}
