import type { Incident } from '@earshot/shared/contracts/home.ts';
import { useState } from 'preact/hooks';
import { giveFeedback } from '../core/home.ts';
import { loadIgnoredSounds } from '../core/ignored-sounds.ts';
import { isRuledOut } from '../core/incident.ts';
import { soundName } from '../words/format.ts';
import { t } from '../words/words.ts';
import { attempt } from './say.tsx';
import { useLoaded } from './use-loaded.ts';

type Answer = 'right' | 'wrong' | null;

/** Asks whether the alert was right. The answer improves the next model and is shown to the other members. */
export function Feedback({ incident }: { incident: Incident }) {
  const given = incident.feedback;
  /** The answer that is being sent. Its button looks pressed at once. */
  const [sending, setSending] = useState<{ answer: Answer } | null>(null);
  const answer = sending ? sending.answer : (given?.verdict ?? null);
  const give = async (next: Answer) => {
    if (sending) return;
    setSending({ answer: next });
    await attempt(() => giveFeedback(incident.id, next));
    setSending(null);
  };
  const words = t().alert;
  // Nobody was alerted to a sound that was ruled out, so do not ask about an alert.
  const asksOfRuledOut = isRuledOut(incident);
  const said = asksOfRuledOut ? words.saidOfRuledOut : words.thanks;
  return (
    <section class="feedback" aria-labelledby="feedback-title" aria-busy={sending !== null}>
      <h2 id="feedback-title">{asksOfRuledOut ? words.wasItReally(soundName(incident.label)) : words.wasItRight}</h2>
      <div class="feedback-answers">
        {(['right', 'wrong'] as const).map((verdict) => (
          <button
            key={verdict}
            type="button"
            class="button"
            aria-pressed={answer === verdict}
            onClick={() => void give(answer === verdict ? null : verdict)}
          >
            {verdict === 'wrong' && asksOfRuledOut ? words.wasNot : words[verdict]}
          </button>
        ))}
      </div>
      <p class="feedback-given" role="status">
        {sending ? t().common.loading : given ? said(given.by, given.verdict === 'right') : ''}
      </p>
      {given?.verdict === 'wrong' && !incident.test && <WhatIsIgnored key={given.at} incident={incident} />}
    </section>
  );
}

/** Shows the effect of "wrong": that similar sounds alert nobody any more, or the reason why they still do. */
function WhatIsIgnored({ incident }: { incident: Incident }) {
  const { value } = useLoaded(loadIgnoredSounds);
  if (!value) return null;
  const own = value.items.filter((sound) => sound.markedIncidentIds.includes(incident.id));
  // A rejected sound caused no alert, so it is not true that such sounds still cause alerts.
  if (own.length === 0) return incident.verdict === 'rejected' ? null : <p class="fine">{t().ignored.nothing}</p>;
  return (
    <p class="fine">
      {[...new Set(own.map(({ room, deviceName }) => t().ignored.likeThis(room || deviceName)))].join(' ')}{' '}
      <a href="/settings/ignored">{t().ignored.title}</a>
    </p>
  );
}
