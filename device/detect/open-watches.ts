/** Creates a `LabelWatch`, which reports one label, for each head of a network. */
import { labelInfo } from '@earshot/shared/labels.ts';
import type { Network } from '../network/network.ts';
import { LabelDecider } from './decision.ts';
import { levelOf, listens, type DetectorSettings } from './detector-settings.ts';
import { evidenceNames } from './evidence.ts';
import { LabelWatch } from './label-watch.ts';
import { SoundEvent } from './sound-event.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

export function openWatches({ manifest, labels, decision }: Network, settings: DetectorSettings): LabelWatch[] {
  const names = evidenceNames(labels);
  const forSamples = decision.windows.peakS * manifest.frontEnd.sampleRate;
  const silencing = settings.silenced ? { sounds: settings.silenced, forSamples } : null;
  return manifest.heads.map(({ label, levels }) => {
    const rules = decision.labels[label];
    const level = levelOf(settings, label);
    const found = levels[level];
    if (!rules || !found)
      throw new EarshotError('RELEASE_BROKEN', `The release contains no decision for ${label} at level ${level}.`);
    const event = new SoundEvent(rules, manifest.frontEnd.sampleRate);
    // The device never silences an alarm by itself, because a missed alarm may cost a life. The verifier rejects alarms
    // that resemble an ignored sound.
    const silenced = labelInfo(label).class === 'safety' ? null : silencing;
    const setting = { threshold: found.threshold, level, isOn: listens(settings, label), silenced };
    return new LabelWatch(label, new LabelDecider(rules, names), event, setting);
  });
}
