import { useState } from 'preact/hooks';
import { call } from '../core/api.ts';
import { signedOut } from '../core/home.ts';
import { chooseColours, chosenColours, COLOURS, here } from '../core/phone.ts';
import { unsubscribePush } from '../core/push.ts';
import { go } from '../core/router.ts';
import { ask } from '../parts/ask.tsx';
import { Choice } from '../parts/choice.tsx';
import { Page } from '../parts/page.tsx';
import { attempt } from '../parts/say.tsx';
import { chooseLanguage, LANGUAGES, spoken, t, type Language } from '../words/words.ts';

export default function Phone() {
  const [colours, setColours] = useState(chosenColours);
  const leave = async () => {
    const yes = await ask({ title: t().phone.leaveAsk, text: t().phone.leaveMeaning, action: t().phone.leave });
    if (!yes || !(await attempt(() => call('DELETE', '/v1/session')))) return;
    await unsubscribePush();
    signedOut();
    go('/', true);
  };
  return (
    <Page title={t().phone.title[here()]} up="/settings">
      <Choice
        name="language"
        legend={t().phone.language}
        options={(Object.entries(LANGUAGES) as [Language, string][]).map(([value, label]) => ({ value, label }))}
        value={spoken.get().language}
        onChange={(language) => void attempt(() => chooseLanguage(language))}
      />
      <Choice
        name="colours"
        legend={t().phone.colours}
        options={COLOURS.map((value) => ({ value, label: t().phone[value] }))}
        value={colours}
        onChange={(next) => {
          chooseColours(next);
          setColours(next);
        }}
      />
      <button type="button" class="button" onClick={() => void leave()}>
        {t().phone.leave}
      </button>
    </Page>
  );
}
