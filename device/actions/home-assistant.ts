import { labelInfo } from '@earshot/shared/labels.ts';

/** Home Assistant's MQTT discovery: what it must be told, once and retained, to show this device by itself. */
export interface Topics {
  /** Everything of this device lies under it. */
  base: string;
  discovery: string;
  nodeId: string;
  name: string;
  software: string;
}

export interface DiscoveryMessage {
  topic: string;
  payload: Record<string, unknown>;
}

/** Home Assistant's own words for what a sensor means, so that it picks icon and wording. */
const DEVICE_CLASS: Record<string, string> = {
  smoke_alarm: 'smoke',
  co_alarm: 'carbon_monoxide',
  low_battery_chirp: 'battery',
};

export const availabilityTopic = ({ base }: Topics): string => `${base}/availability`;
export const labelTopic = ({ base }: Topics, label: string): string => `${base}/${label}/state`;
export const attributesTopic = ({ base }: Topics, label: string): string => `${base}/${label}/attributes`;
export const healthTopic = ({ base }: Topics): string => `${base}/health/state`;
export const healthAttributesTopic = ({ base }: Topics): string => `${base}/health/attributes`;
export const eventTopic = ({ base }: Topics): string => `${base}/event`;
export const armedTopic = ({ base }: Topics): string => `${base}/armed/state`;
export const armCommandTopic = ({ base }: Topics): string => `${base}/armed/set`;

export function discovery(topics: Topics, labels: readonly string[]): DiscoveryMessage[] {
  return [
    ...labels.map((label) =>
      entity(topics, 'binary_sensor', label, capitalised(labelInfo(label).words), {
        state_topic: labelTopic(topics, label),
        json_attributes_topic: attributesTopic(topics, label),
        device_class: DEVICE_CLASS[label] ?? 'sound',
      }),
    ),
    entity(topics, 'binary_sensor', 'health', 'Microphone', {
      state_topic: healthTopic(topics),
      json_attributes_topic: healthAttributesTopic(topics),
      device_class: 'problem',
      entity_category: 'diagnostic',
    }),
    entity(topics, 'event', 'heard', 'Heard', { state_topic: eventTopic(topics), event_types: [...labels] }),
    entity(topics, 'switch', 'armed', 'Armed', {
      state_topic: armedTopic(topics),
      command_topic: armCommandTopic(topics),
      icon: 'mdi:shield-home',
    }),
  ];
}

/** An empty retained message takes an entity away: for heads that a release no longer has. */
export const discoveryTopic = ({ discovery, nodeId }: Topics, component: string, object: string): string =>
  `${discovery}/${component}/${nodeId}/${object}/config`;

function entity(
  topics: Topics,
  component: string,
  object: string,
  name: string,
  more: Record<string, unknown>,
): DiscoveryMessage {
  const { nodeId, software } = topics;
  return {
    topic: discoveryTopic(topics, component, object),
    payload: {
      name,
      unique_id: `${nodeId}_${object}`,
      object_id: `${nodeId}_${object}`,
      availability_topic: availabilityTopic(topics),
      device: {
        identifiers: [nodeId],
        name: topics.name,
        manufacturer: 'Earshot',
        model: 'Earshot device',
        sw_version: software,
      },
      ...more,
    },
  };
}

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
