import type { Incident } from '@earshot/shared/contracts/home.ts';
import { giveFeedback } from '../core/home.ts';
import { loadIgnoredSounds } from '../core/ignored-sounds.ts';
import { t } from '../words/words.ts';
import { attempt } from './say.tsx';
import { useLoaded } from './use-loaded.ts';

/** Asks whether the alert was right. The answer improves the next model and is shown to the other members. */
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
      {given?.verdict === 'wrong' && !incident.test && <WhatIsIgnored key={given.at} incidentId={incident.id} />}
    </section>
  );
}

/** Shows the effect of "wrong": that similar sounds alert nobody any more, or the reason why they still do. */
function WhatIsIgnored({ incidentId }: { incidentId: string }) {
  const { value } = useLoaded(loadIgnoredSounds);
  if (!value) return null;
  const own = value.items.filter((sound) => sound.incidentId === incidentId);
  if (own.length === 0) return <p class="fine">{t().ignored.nothing}</p>;
  return (
    <p class="fine">
      {[...new Set(own.map(({ room, deviceName }) => t().ignored.likeThis(room || deviceName)))].join(' ')}{' '}
      <a href="/settings/ignored">{t().ignored.title}</a>
    </p>
  );
}
