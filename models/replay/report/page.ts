import { problemText } from '../../corpus/problem.ts';
import type { Stage } from '../metrics/product.ts';
import type { LabelFigures } from '../metrics/stage-figures.ts';
import { detChart, latencyChart, recallChart } from './charts.ts';
import { excerptsHtml } from './excerpt-html.ts';
import type { Excerpt } from './excerpts.ts';
import type { Results } from './report-json.ts';
import { STYLE } from './style.ts';
import { escape } from './svg.ts';
import { crossTable, labelTable, mapTable, scoreTable, sliceTable, sweepTable } from './tables.ts';
import { named, number, percent, range, speedWords } from './words.ts';

export interface PageExtras {
  excerpts: readonly Excerpt[];
  /** Further sections as HTML, e.g. a comparison with another release or with peers. */
  sections?: readonly string[];
}

const STAGE_WORDS: Record<Stage, string> = { device: 'Device stage', both: 'After the verifier' };

/** The whole report as one page without external files. */
export function page(results: Results, { excerpts, sections = [] }: PageExtras): string {
  const { speed, run } = results;
  const { description } = run;
  const title = `Earshot ${description.release.version} on ${description.corpus}${description.split === null ? '' : ` (${description.split})`}`;
  const last = results.stages.at(-1) as Results['stages'][number];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body>
<h1>${escape(title)}</h1>
<p class="soft">Level ${escape(description.level)}, ${results.files} files, ${results.hours.toFixed(2)} h of sound, played as ${escape(description.mode)}, seed ${description.seed}. ${speedWords(speed)}.</p>
${headline(last.results.labels, last.stage)}
${results.stages.map((stage) => stageSection(results, stage)).join('\n')}
${sections.join('\n')}
<h2>What went wrong, to be heard</h2>
<p class="soft">The surest false alarms and the misses, safety first. The bright band is the event; the bars below are the evidence, second by second.</p>
${excerptsHtml(excerpts)}
${problems(results)}
<h2>How labels were read</h2>
${mapTable(results)}
</body></html>
`;
}

function headline(labels: Record<string, LabelFigures>, stage: Stage): string {
  const cards = Object.entries(labels)
    .filter(([, { positives }]) => positives > 0)
    .slice(0, 5)
    .map(([label, figures]) => {
      const rate =
        figures.falsePerHour === null
          ? 'no sound in which an alert would be false'
          : `${number(figures.falsePerHour)} false per hour (${range(figures.falsePerHourLow, figures.falsePerHourHigh, number)})`;
      return `<div class="card"><small>${escape(named(label))}</small><b>${percent(figures.recall ?? 0)}</b><small>${figures.hits} of ${figures.positives} found (${range(figures.recallLow, figures.recallHigh, (v) => percent(v, 0))})</small><small>${rate}</small></div>`;
    });
  return `<p class="soft">${STAGE_WORDS[stage]}; intervals of 95 %.</p><div class="cards">${cards.join('')}</div>`;
}

function stageSection(results: Results, { stage, results: figures, scores }: Results['stages'][number]): string {
  const { labels } = results.run.description;
  return `<h2>${STAGE_WORDS[stage]}</h2>
${labelTable(figures.labels)}
<div class="pair">
<div><h3>Misses against false alarms, over all thresholds</h3>${detChart(labels, figures)}</div>
<div><h3>Recall against false alarms</h3>${recallChart(labels, figures)}</div>
</div>
<p class="soft">Dots: the release's own thresholds. Mean area under recall up to 20 false alarms per hour: ${figures.area === null ? '-' : figures.area.toFixed(3)}.</p>
<h3>Best miss rate under a budget of false alarms</h3>${sweepTable(figures)}
<div class="pair"><div><h3>Seconds from onset to alert</h3>${latencyChart(labels, figures)}</div><div><h3>Taken for one another</h3>${crossTable(figures.crossTrigger)}</div></div>
<h3>Slices, the worst first</h3>${sliceTable(figures.slices)}
<h3>By sed_eval's rules</h3>${scoreTable(scores)}`;
}

function problems({ problems: list }: Results): string {
  if (list.length === 0) return '';
  const items = list.map((problem) => `<li>${escape(problemText(problem))}</li>`);
  return `<h2>Not used, or doubtful (${list.length})</h2><details${list.length <= 20 ? ' open' : ''}><summary>each with its reason</summary><ul>${items.join('')}</ul></details>`;
}
