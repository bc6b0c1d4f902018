import type { Incident } from '@earshot/shared/contracts/home.ts';
import { TAUGHT } from '@earshot/shared/labels.ts';
import { t } from '../words/words.ts';
import { Icon, type IconName } from './icon.tsx';

const ICONS: Record<Incident['verdict'], IconName> = {
  pending: 'clock',
  unverified: 'clock',
  confirmed: 'check',
  rejected: 'cross',
};

/**
 * The verdict in words. For a taught sound it does not say "Verified", because only the device recognises it and no
 * verifier checks it.
 */
export const verdictText = ({ verdict, label }: Pick<Incident, 'verdict' | 'label'>): string =>
  verdict === 'confirmed' && TAUGHT.test(label) ? t().teach.tag : t().verdicts[verdict];

export function VerdictTag({ incident }: { incident: Incident }) {
  const { verdict, ignored } = incident;
  return (
    <span class={`verdict verdict-${verdict}`}>
      <Icon name={ICONS[verdict]} size={18} />
      {ignored ? t().ignored.tag : verdictText(incident)}
    </span>
  );
}
