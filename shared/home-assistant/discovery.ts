import { labelInfo, MODES } from '../labels.ts';

/**
 * The message from which Home Assistant creates all entities. It is one retained message (MQTT "device discovery", Home
 * Assistant 2024.12 and newer). The cloud and the device each send one, with the entities whose state they know.
 */
export interface DiscoveredDevice {
  /** Prefix of all topics of this device or home. */
  base: string;
  /** Prefix of Home Assistant's discovery topics. */
  discovery: string;
  nodeId: string;
  name: string;
  model: string;
  software: string;
  /** The room, which Home Assistant offers as the area; empty: none. */
  area: string;
  /** URL of the device's web page; null: not known. */
  configurationUrl: string | null;
  labels: readonly string[];
  /**
   * Whether the sender knows the verifier's verdicts. If so, there is a sensor for each verified sound, and a button to
   * acknowledge alerts.
   */
  hasVerdicts: boolean;
  event: { id: string; name: string; types: readonly string[] };
}

export interface RetainedMessage {
  topic: string;
  payload: string;
}

/** Home Assistant's device classes, which determine the icon and the wording of an entity. */
const DEVICE_CLASS: Record<string, string> = {
  smoke_alarm: 'smoke',
  co_alarm: 'carbon_monoxide',
  low_battery_chirp: 'battery',
};

export const topicsOf = (base: string) => ({
  availability: `${base}/availability`,
  verified: (label: string) => `${base}/${label}/state`,
  suspected: (label: string) => `${base}/${label}/suspected`,
  attributes: (label: string) => `${base}/${label}/attributes`,
  problem: `${base}/problem/state`,
  problemAttributes: `${base}/problem/attributes`,
  event: `${base}/event`,
  mode: `${base}/mode/state`,
  setMode: `${base}/mode/set`,
  siren: `${base}/siren/state`,
  setSiren: `${base}/siren/set`,
  acknowledge: `${base}/acknowledge/set`,
});

export function discoveryMessage(device: DiscoveredDevice): RetainedMessage {
  const { base, discovery, nodeId, name, model, software, area, configurationUrl } = device;
  const payload = {
    device: {
      identifiers: [nodeId],
      name,
      manufacturer: 'Earshot',
      model,
      sw_version: software,
      ...(area ? { suggested_area: area } : {}),
      ...(configurationUrl ? { configuration_url: configurationUrl } : {}),
    },
    origin: { name: 'Earshot', sw_version: software },
    availability_topic: topicsOf(base).availability,
    qos: 1,
    components: componentsOf(device),
  };
  return { topic: `${discovery}/device/${nodeId}/config`, payload: JSON.stringify(payload) };
}

type Component = { platform: string } & Record<string, unknown>;

function componentsOf(device: DiscoveredDevice): Record<string, Component> {
  const { base, nodeId, labels, hasVerdicts, event } = device;
  const topics = topicsOf(base);
  const components: Record<string, Component> = {};
  const add = (id: string, name: string, platform: string, more: Record<string, unknown>) => {
    components[id] = {
      platform,
      name,
      unique_id: `${nodeId}_${id}`,
      default_entity_id: `${platform}.${nodeId}_${id}`,
      ...more,
    };
  };
  for (const label of labels) {
    const sensor = {
      device_class: DEVICE_CLASS[label] ?? 'sound',
      json_attributes_topic: topics.attributes(label),
    };
    const words = capitalised(labelInfo(label).words);
    if (hasVerdicts) add(label, words, 'binary_sensor', { ...sensor, state_topic: topics.verified(label) });
    add(`${label}_suspected`, `${words}, suspected`, 'binary_sensor', {
      ...sensor,
      state_topic: topics.suspected(label),
      entity_category: 'diagnostic',
      enabled_by_default: false,
    });
  }
  add('problem', 'Problem', 'binary_sensor', {
    state_topic: topics.problem,
    json_attributes_topic: topics.problemAttributes,
    device_class: 'problem',
    entity_category: 'diagnostic',
  });
  add(event.id, event.name, 'event', { state_topic: topics.event, event_types: [...event.types] });
  add('mode', 'Mode', 'select', {
    state_topic: topics.mode,
    command_topic: topics.setMode,
    options: [...MODES],
    icon: 'mdi:shield-home',
  });
  add('siren', 'Siren', 'siren', {
    state_topic: topics.siren,
    command_topic: topics.setSiren,
    command_template: '{{ value }}',
    support_duration: false,
    support_volume_set: false,
  });
  if (hasVerdicts)
    add('acknowledge', 'Acknowledge alerts', 'button', {
      command_topic: topics.acknowledge,
      icon: 'mdi:check-circle-outline',
    });
  return components;
}

/**
 * Empty retained messages, which remove the entities of the previous version: it described each entity on a topic of
 * its own.
 */
export const withdrawn = (discovery: string, nodeId: string, labels: readonly string[]): RetainedMessage[] =>
  [
    ...labels.map((label) => `binary_sensor/${nodeId}/${label}`),
    ...OLD.map((each) => each.replace('NODE', nodeId)),
  ].map((entity) => ({ topic: `${discovery}/${entity}/config`, payload: '' }));

const OLD = ['binary_sensor/NODE/health', 'event/NODE/heard', 'switch/NODE/armed'];

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
