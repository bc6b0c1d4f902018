import { VERDICTS } from '../core/verdicts.ts';
import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import type { HistoryFilter } from '../core/use-history.ts';
import { soundName } from '../words/format.ts';
import { t } from '../words/words.ts';

/** The notices about devices. The filter lists them together with the sounds. */
const NOTICE_LABELS = ['device_silent', 'microphone_deaf', 'outbox_filling', 'alarm_test_due', 'alarm_not_heard'];

export const NO_FILTER: HistoryFilter = { label: '', verdict: '', deviceId: '' };

interface Props {
  filter: HistoryFilter;
  devices: DeviceView[];
  onChange: (filter: HistoryFilter) => void;
}

/**
 * The filters of the history. They are native select elements, because the phone's own pickers are large, familiar and
 * accessible.
 */
export function Filters({ filter, devices, onChange }: Props) {
  return (
    <div class="filters">
      <Select
        name={t().history.sound}
        value={filter.label}
        options={[...KNOWN_LABELS, ...NOTICE_LABELS].map((label) => [label, soundName(label)])}
        onChange={(label) => onChange({ ...filter, label })}
      />
      <Select
        name={t().history.verdict}
        value={filter.verdict}
        options={VERDICTS.map((verdict) => [verdict, t().verdicts[verdict]])}
        onChange={(verdict) => onChange({ ...filter, verdict })}
      />
      <Select
        name={t().history.device}
        value={filter.deviceId}
        options={devices.map((device) => [device.id, device.room || device.name])}
        onChange={(deviceId) => onChange({ ...filter, deviceId })}
      />
    </div>
  );
}

interface SelectProps {
  name: string;
  value: string;
  options: [value: string, words: string][];
  onChange: (value: string) => void;
}

function Select({ name, value, options, onChange }: SelectProps) {
  return (
    <label class="filter" data-set={value !== ''}>
      <span>{name}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{t().history.all}</option>
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
