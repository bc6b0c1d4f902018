import { useState } from 'preact/hooks';
import { PHONE_NUMBER } from '@earshot/shared/phone-number.ts';
import { app, patchSettings } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { Page } from '../parts/page.tsx';
import { attempt, say } from '../parts/say.tsx';
import { t } from '../words/words.ts';

export default function Calls() {
  const settings = useStore(app, (state) => state.settings);
  return (
    <Page title={t().calls.title} up="/settings">
      <p class="lead">{t().calls.intro}</p>
      {settings && <Numbers key={settings.version} emergency={settings.emergencyNumber} contact={settings.contact} />}
    </Page>
  );
}

function Numbers({ emergency, contact }: { emergency: string; contact: { name: string; phone: string } | null }) {
  const [number, setNumber] = useState(emergency);
  const [name, setName] = useState(contact?.name ?? '');
  const [phone, setPhone] = useState(contact?.phone ?? '');
  const save = async () => {
    const someone = name.trim() && phone.trim() ? { name: name.trim(), phone: phone.trim() } : null;
    if (await attempt(() => patchSettings({ emergencyNumber: number.trim(), contact: someone }))) say(t().common.saved);
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label class="field">
        <span>{t().calls.number}</span>
        <input
          type="tel"
          required
          maxLength={20}
          pattern={PHONE_NUMBER}
          title={t().calls.digits}
          autocomplete="off"
          value={number}
          onInput={(event) => setNumber(event.currentTarget.value)}
        />
      </label>
      <fieldset class="fields">
        <legend>{t().calls.contact}</legend>
        <label class="field">
          <span>{t().common.name}</span>
          <input
            maxLength={60}
            autocomplete="off"
            required={phone !== ''}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <small>{t().calls.contactHelp}</small>
        </label>
        <label class="field">
          <span>{t().calls.phone}</span>
          <input
            type="tel"
            maxLength={30}
            pattern={PHONE_NUMBER}
            title={t().calls.digits}
            autocomplete="off"
            required={name !== ''}
            value={phone}
            onInput={(event) => setPhone(event.currentTarget.value)}
          />
        </label>
      </fieldset>
      <button type="submit" class="button button-strong">
        {t().common.save}
      </button>
    </form>
  );
}
