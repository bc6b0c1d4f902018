import type { MemberView } from '@earshot/shared/contracts/home.ts';
import { call } from '../core/api.ts';
import { app, refresh } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { ask } from '../parts/ask.tsx';
import { Failed } from '../parts/failed.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { attempt, say } from '../parts/say.tsx';
import { TextForm } from '../parts/text-form.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { t } from '../words/words.ts';

/** The escalation levels. The cloud notifies the next level after five minutes without an acknowledgement. */
const LEVELS = [0, 1, 2, 3];

export default function People() {
  const version = useStore(app, (state) => state.peopleVersion);
  const { value, failure, reload } = useLoaded(
    (signal) => call<{ items: MemberView[] }>('GET', '/v1/members', undefined, signal),
    version,
  );
  const homeName = useStore(app, (state) => state.home?.name);
  const members = [...(value?.items ?? [])].sort((a, b) => a.escalation - b.escalation);
  const you = members.find((member) => member.you);

  const setLevel = async (member: MemberView, escalation: number) => {
    await attempt(() => call('PATCH', `/v1/members/${member.id}`, { escalation }));
    reload();
  };
  const remove = async (member: MemberView) => {
    const yes = await ask({
      title: t().people.removeAsk(member.name),
      text: t().people.removeMeaning,
      action: t().common.remove,
    });
    if (yes && (await attempt(() => call('DELETE', `/v1/members/${member.id}`)))) reload();
  };
  const rename = async (name: string) => {
    if (you && (await attempt(() => call('PATCH', `/v1/members/${you.id}`, { name })))) {
      say(t().common.saved);
      reload();
    }
  };
  const renameHome = async (name: string) => {
    if (await attempt(() => call('PATCH', '/v1/home', { name }).then(refresh))) say(t().common.saved);
  };

  return (
    <Page title={t().people.title} up="/settings">
      <p class="lead">{t().people.intro}</p>
      {failure !== null && <Failed text={failure} retry={reload} />}
      <ul class="rows" aria-label={t().people.order}>
        {members.map((member) => (
          <li key={member.id} class="row">
            <span class="row-words">
              <span>
                {member.name}
                {member.you && ` (${t().common.you})`}
              </span>
            </span>
            <select
              aria-label={t().people.alertedWhen(member.name)}
              value={String(member.escalation)}
              onChange={(event) => void setLevel(member, Number(event.currentTarget.value))}
            >
              {[...new Set([...LEVELS, member.escalation])].map((level) => (
                <option key={level} value={String(level)}>
                  {t().people.levels(level)}
                </option>
              ))}
            </select>
            {!member.you && you?.role === 'owner' && (
              <button
                type="button"
                class="icon-button"
                aria-label={t().people.removeIt(member.name)}
                onClick={() => void remove(member)}
              >
                <Icon name="trash" size={20} />
              </button>
            )}
          </li>
        ))}
      </ul>
      <a class="button" href="/settings/pair?kind=member">
        {t().people.invite}
      </a>
      {you && (
        <TextForm key={you.name} label={t().people.rename} value={you.name} autocomplete="name" onSave={rename} />
      )}
      {homeName !== undefined && (
        <TextForm
          key={homeName}
          label={t().people.renameHome}
          help={t().people.renameHomeHelp}
          value={homeName}
          onSave={renameHome}
        />
      )}
    </Page>
  );
}
