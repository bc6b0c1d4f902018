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
import { DELAY_WORDS, named, number, percent, range, speedWords } from './words.ts';

export interface PageExtras {
  excerpts: readonly Excerpt[];
  /** Additional sections as HTML, for example a comparison with another release or with peers. */
  sections?: readonly string[];
}

const STAGE_WORDS: Record<Stage, string> = { device: 'Device stage', both: 'After the verifier' };

/** Returns the whole report as one HTML page that needs no other files. */
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
<h2>Recordings of wrong decisions</h2>
<p class="soft">The false alerts with the highest scores, and misses; safety labels come first. The bright band marks the event. The bars below it show the evidence in each second.</p>
${excerptsHtml(excerpts)}
${problems(results)}
<h2>Meaning of the corpus's labels</h2>
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
          : `${number(figures.falsePerHour)} false alerts per hour (${range(figures.falsePerHourLow, figures.falsePerHourHigh, number)})`;
      return `<div class="card"><small>${escape(named(label))}</small><b>${percent(figures.recall ?? 0)}</b><small>${figures.hits} of ${figures.positives} found (${range(figures.recallLow, figures.recallHigh, (v) => percent(v, 0))})</small><small>${rate}</small></div>`;
    });
  return `<p class="soft">${STAGE_WORDS[stage]}; 95 % intervals in brackets.</p><div class="cards">${cards.join('')}</div>`;
}

function stageSection(results: Results, { stage, results: figures, scores }: Results['stages'][number]): string {
  const { labels } = results.run.description;
  return `<h2>${STAGE_WORDS[stage]}</h2>
${labelTable(figures.labels)}
<p class="soft">${escape(DELAY_WORDS)}</p>
<div class="pair">
<div><h3>Misses against false alerts, over all thresholds</h3>${detChart(labels, figures)}</div>
<div><h3>Recall against false alerts</h3>${recallChart(labels, figures)}</div>
</div>
<p class="soft">Dots mark the release's own thresholds. Mean area under the recall curve up to 20 false alerts per hour: ${figures.area === null ? '-' : figures.area.toFixed(3)}.</p>
<h3>Lowest share of misses within a budget of false alerts, and its threshold</h3>${sweepTable(figures)}
<div class="pair"><div><h3>Delay of the alerts</h3>${latencyChart(labels, figures)}</div><div><h3>Sounds alerted with another label</h3>${crossTable(figures.crossTrigger)}</div></div>
<h3>Slices, worst first</h3>${sliceTable(figures.slices)}
<h3>Scores by sed_eval's rules</h3>${scoreTable(scores)}`;
}

function problems({ problems: list }: Results): string {
  if (list.length === 0) return '';
  const items = list.map((problem) => `<li>${escape(problemText(problem))}</li>`);
  return `<h2>Files and labels not used, or doubtful (${list.length})</h2><details${list.length <= 20 ? ' open' : ''}><summary>the reason for each</summary><ul>${items.join('')}</ul></details>`;
}
