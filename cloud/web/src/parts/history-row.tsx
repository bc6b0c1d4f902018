import type { Incident } from '@earshot/shared/contracts/home.ts';
import { clipPath } from '../clip/sound.ts';
import { clock, places, soundName } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Icon, soundIcon, tone } from './icon.tsx';
import { verdictText } from './verdict.tsx';
import { PlayButton } from './play-button.tsx';

interface Props {
  incident: Incident;
  /** Whether the row is selected; null while the person is not selecting rows. */
  selected: boolean | null;
  onToggle: () => void;
}

export function HistoryRow({ incident, selected, onToggle }: Props) {
  const name = `${soundName(incident.label)}, ${clock(incident.startedAt)}`;
  const playable = incident.evidence.find((evidence) => evidence.clip?.state === 'stored');
  return (
    <li class="history-row" data-tone={tone(incident.label)} data-verdict={incident.verdict}>
      {selected !== null && (
        <label class="history-check">
          <input type="checkbox" checked={selected} aria-label={t().history.selectOne(name)} onChange={onToggle} />
        </label>
      )}
      <a class="history-link" href={`/incidents/${incident.id}`}>
        <span class="history-icon">
          <Icon name={soundIcon(incident.label)} size={28} />
        </span>
        <span class="row-words">
          <span>{soundName(incident.label)}</span>
          <small>{[clock(incident.startedAt), places(incident), ...remarks(incident)].join(' · ')}</small>
        </span>
      </a>
      {playable && selected === null && <PlayButton path={clipPath(incident.id, playable.candidateId)} name={name} />}
    </li>
  );
}

function remarks(incident: Incident): string[] {
  const said = incident.feedback?.verdict;
  return [
    incident.test ? t().history.test : '',
    incident.ignored ? t().ignored.tag : said === 'wrong' ? t().history.saidWrong : verdictText(incident),
    incident.late ? t().history.late : '',
    incident.notSent && incident.notSent.because !== 'quiet_hours' ? t().notSent.tag : '',
    incident.state === 'open' ? t().states.open : '',
  ].filter((words) => words !== '');
}
