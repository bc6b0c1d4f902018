import { useState } from 'preact/hooks';
import { call } from '../core/api.ts';
import type { PairingCode } from '../core/contracts.ts';
import { place } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { Choice } from '../parts/choice.tsx';
import { Page } from '../parts/page.tsx';
import { QrCode } from '../parts/qr-code.tsx';
import { attempt } from '../parts/say.tsx';
import { clock } from '../words/format.ts';
import { t } from '../words/words.ts';

type Kind = 'member' | 'device';
type Code = PairingCode & { kind: Kind };

/**
 * Pairs another phone (which scans a QR code) or a device (on which a command is run). The code is created only when
 * the person asks for it, because it gives access to the home; it is valid for ten minutes.
 */
export default function Pairing() {
  const query = useStore(place, (state) => state.query);
  const [kind, setKind] = useState<Kind>(query.includes('device') ? 'device' : 'member');
  const [made, setMade] = useState<Code | null>(null);
  const make = () =>
    attempt(async () => setMade({ kind, ...(await call<PairingCode>('POST', '/v1/pairing-codes', { kind })) }));
  return (
    <Page title={t().pair.title} up="/settings" class="pairing">
      <Choice
        name="pair-kind"
        legend={t().pair.show}
        options={[
          { value: 'member', label: t().pair.phone, icon: 'people' },
          { value: 'device', label: t().pair.device, icon: 'box' },
        ]}
        value={kind}
        onChange={(next) => {
          setKind(next);
          setMade(null);
        }}
      />
      <p class="lead">{kind === 'member' ? t().pair.phoneHelp : t().pair.deviceHelp}</p>
      {made && (
        <div class="pairing-code" role="status">
          {made.kind === 'member' && <QrCode svg={made.qrSvg} label={t().pair.qr} />}
          <p class="code" aria-label={`${t().pair.code} ${made.code.split('').join(' ')}`}>
            {made.code.slice(0, 4)} {made.code.slice(4)}
          </p>
          {made.kind === 'device' && <code class="command">{t().pair.command(made.code, location.origin)}</code>}
          <p class="fine">{t().pair.validFor(clock(made.expiresAt))}</p>
        </div>
      )}
      <button type="button" class={made ? 'button' : 'button button-strong'} onClick={() => void make()}>
        {t().pair.make}
      </button>
    </Page>
  );
}
