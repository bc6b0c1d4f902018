import type { Excerpt } from './excerpts.ts';
import { escape } from './svg.ts';
import { named } from './words.ts';

export function excerptsHtml(excerpts: readonly Excerpt[]): string {
  if (excerpts.length === 0) return '<p class="good">There are no wrong decisions.</p>';
  return `<div class="sounds">${excerpts.map(card).join('')}</div>`;
}

function card(e: Excerpt): string {
  const verdict = e.verifierScore === null ? '' : `, verifier ${e.verifierScore.toFixed(2)}`;
  const title =
    e.kind === 'miss'
      ? `missed: ${named(e.label)}`
      : `false alert: ${named(e.label)}, labelled ${e.corpusLabels.replaceAll('_', ' ')}`;
  const part = (seconds: number) => `${((100 * seconds) / Math.max(0.1, e.durationS)).toFixed(1)}%`;
  const event = `left:${part(e.eventFromS)};width:${part(Math.max(0.05, e.eventToS - e.eventFromS))}`;
  const bars = e.evidence
    .map((value) => `<span style="height:${Math.round(100 * value)}%" title="${value.toFixed(3)}"></span>`)
    .join('');
  return `<div class="sound"><b class="${e.kind === 'miss' ? 'bad' : ''}">${escape(title)}</b>
<p>score ${e.score.toFixed(3)}${verdict}; ${escape(e.why)}</p><p class="soft">${escape(e.file)} at ${e.atS.toFixed(1)} s</p>
<div class="view"><img alt="spectrogram, 0 to 8 kHz" src="data:image/png;base64,${e.spectrogram.toString('base64')}"><div class="event" style="${event}"></div></div>
<div class="bars" aria-label="evidence by second">${bars}</div>
<audio controls preload="none" src="data:audio/wav;base64,${e.wav.toString('base64')}"></audio></div>`;
}
