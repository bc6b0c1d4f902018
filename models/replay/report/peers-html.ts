import type { PeerResults } from '../peers/measure-peers.ts';
import type { LabelFigures } from '../metrics/stage-figures.ts';
import { areaOf } from '../metrics/threshold-sweep.ts';
import { escape } from './svg.ts';
import { table } from './html-table.ts';
import { named, number, percent } from './words.ts';

/**
 * A table of Earshot's results and those of its peers on the same sounds, by the same rules and at the same rate of
 * false alerts.
 */
export function peersSection(peers: readonly PeerResults[], ours: Record<string, LabelFigures>): string {
  if (peers.length === 0) return '';
  const labels = Object.keys(ours).filter(
    (label) => (ours[label]?.positives ?? 0) > 0 && peers.some((peer) => peer.labels[label]),
  );
  const rows = labels.flatMap((label) => {
    const own = ours[label] as LabelFigures;
    const first = [
      `${named(label)}: Earshot, device stage`,
      percent(own.recall ?? 0),
      number(own.falsePerHour ?? 0),
      '',
      own.area === null ? null : own.area.toFixed(3),
    ];
    const others = peers.flatMap((peer) => {
      const figures = peer.labels[label];
      if (!figures) return [];
      const { atOurFalseRate: same, atOurRecall: equal, sweep } = figures;
      const cost =
        equal === null ? 'not reached at any threshold' : `${number(equal.falsePerHour)} false alerts per hour`;
      return [
        [
          `${named(label)}: ${peer.name}`,
          same === null ? null : percent(same.recall),
          same === null ? null : number(same.falsePerHour),
          cost,
          areaOf(sweep).toFixed(3),
        ],
      ];
    });
    return [first, ...others];
  });
  const about = peers.map((peer) => `<p class="soft">${escape(peer.name)}: ${escape(peer.about)}</p>`).join('');
  return `<h2>Comparison with other detectors</h2>${about}${table(['detector', "found at Earshot's rate of false alerts", 'false alerts per hour', "at Earshot's recall", 'area'], rows)}`;
}
