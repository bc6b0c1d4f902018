import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { call } from '../core/api.ts';
import { app, patchSettings, signedOut } from '../core/home.ts';
import { unsubscribePush } from '../core/push.ts';
import { go } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { ask } from '../parts/ask.tsx';
import { Switch } from '../parts/choice.tsx';
import { DropInLog } from '../parts/drop-in-log.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { attempt, say } from '../parts/say.tsx';
import { t } from '../words/words.ts';

const DROP_IN_RULES = ['never', 'during_alerts', 'always'] as const;
const RETENTION_DAYS = [1, 7, 30, 90, 365];

/**
 * Says exactly which data leaves the home. The text is the same for everybody; it includes controls for the choices
 * that a home has.
 */
export default function Privacy() {
  const words = t().privacy;
  const signedIn = useStore(app, (state) => state.phase === 'ready');
  return (
    <Page title={words.title} up={signedIn ? '/settings' : '/'} class="privacy">
      <p class="privacy-lead">{words.lead}</p>
      <section>
        <h2>{words.listens}</h2>
        <p>{words.listensText}</p>
      </section>
      <section>
        <h2>{words.leaves}</h2>
        <p>{words.leavesIntro}</p>
        <ul>
          {words.leavesItems.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
        <p>{words.leavesSamples}</p>
      </section>
      <section>
        <h2>{words.fingerprints}</h2>
        <p>{words.fingerprintsText}</p>
      </section>
      <section>
        <h2>{words.rejected}</h2>
        <p>{words.rejectedText}</p>
      </section>
      <section>
        <h2>{words.always}</h2>
        <p>{words.alwaysText}</p>
      </section>
      <section>
        <h2>{words.who}</h2>
        <p>{words.whoText}</p>
        <p>{words.liveText}</p>
      </section>
      {signedIn && <Choices />}
      {signedIn && <DropInLog />}
    </Page>
  );
}

function Choices() {
  const settings = useStore(app, (state) => state.settings);
  const home = useStore(app, (state) => state.home);
  const words = t().privacy;
  if (!settings || !home) return null;
  const isOwner = home.you.role === 'owner';
  const days = [...new Set([...RETENTION_DAYS, settings.retentionDays])].sort((a, b) => a - b);

  const deleteAll = async () => {
    const yes = await ask({
      title: words.deleteAsk,
      text: words.deleteMeaning,
      action: words.deleteAll,
      typed: home.name,
    });
    if (!yes || !(await attempt(() => call('DELETE', '/v1/home', { confirm: home.name })))) return;
    await unsubscribePush();
    signedOut();
    go('/', true);
    say(words.deleted);
  };
  return (
    <section class="privacy-choices" aria-labelledby="yours-title">
      <h2 id="yours-title">{words.yours}</h2>
      <label class="row">
        <span class="row-words">
          <span>{words.retention}</span>
        </span>
        <select
          value={String(settings.retentionDays)}
          onChange={(event) => void attempt(() => patchSettings({ retentionDays: Number(event.currentTarget.value) }))}
        >
          {days.map((each) => (
            <option key={each} value={String(each)}>
              {words.retentionDays(each)}
            </option>
          ))}
        </select>
      </label>
      <DropInRule rule={settings.dropIn} isOwner={isOwner} />
      <Switch
        label={words.improve}
        help={words.improveText}
        checked={settings.helpImprove}
        onChange={(helpImprove) => void attempt(() => patchSettings({ helpImprove }))}
      />
      <a class="row row-link" href="/settings/samples">
        <Icon name="ear" />
        <span class="row-words">
          <span>{t().samples.title}</span>
          <small>{settings.samples ? t().samples.isOn : t().samples.isOff}</small>
        </span>
        <Icon name="next" size={18} />
      </a>
      <a class="row row-link" href="/v1/export" download="earshot.json">
        <Icon name="download" />
        <span class="row-words">
          <span>{words.exportAll}</span>
          <small>{words.exportText}</small>
        </span>
      </a>
      <button type="button" class="button button-danger" onClick={() => void deleteAll()}>
        {words.deleteAll}
      </button>
    </section>
  );
}

function DropInRule({ rule, isOwner }: { rule: HomeSettings['dropIn']; isOwner: boolean }) {
  const { rules, ...words } = t().live;
  if (!isOwner) {
    return (
      <p class="row">
        <span class="row-words">
          <span>{words.rule}</span>
          <small>{words.ownerOnly}</small>
        </span>
        <span>{rules[rule]}</span>
      </p>
    );
  }
  const change = (value: string) => attempt(() => patchSettings({ dropIn: value as HomeSettings['dropIn'] }));
  return (
    <label class="row">
      <span class="row-words">
        <span>{words.rule}</span>
      </span>
      <select value={rule} onChange={(event) => void change(event.currentTarget.value)}>
        {DROP_IN_RULES.map((each) => (
          <option key={each} value={each}>
            {rules[each]}
          </option>
        ))}
      </select>
    </label>
  );
}
