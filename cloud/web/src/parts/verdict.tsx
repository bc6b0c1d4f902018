import type { Incident } from '@earshot/shared/contracts/home.ts';
import { t } from '../words/words.ts';
import { Icon, type IconName } from './icon.tsx';

const ICONS: Record<Incident['verdict'], IconName> = {
  pending: 'clock',
  unverified: 'clock',
  confirmed: 'check',
  rejected: 'cross',
};

export function VerdictTag({ incident: { verdict, ignored } }: { incident: Incident }) {
  return (
    <span class={`verdict verdict-${verdict}`}>
      <Icon name={ICONS[verdict]} size={18} />
      {ignored ? t().ignored.tag : t().verdicts[verdict]}
    </span>
  );
}
