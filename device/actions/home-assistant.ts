import { discoveryMessage, type RetainedMessage } from '@earshot/shared/home-assistant/discovery.ts';

export interface Topics {
  /** Prefix of all MQTT topics of this device. */
  base: string;
  discovery: string;
  nodeId: string;
  name: string;
  /** The room in which the device stands; empty: unknown. */
  room: string;
  software: string;
  /** The address of the app; null when the device has no cloud. */
  configurationUrl: string | null;
}

/**
 * Describes this device's entities for Home Assistant. They show only unverified detections; the cloud publishes the
 * sensors of verified sounds (docs/home-assistant.md).
 */
export const discovery = (topics: Topics, labels: readonly string[]): RetainedMessage =>
  discoveryMessage({
    ...topics,
    area: topics.room,
    model: 'Earshot device',
    labels,
    hasVerdicts: false,
    event: { id: 'heard', name: 'Heard', types: labels },
  });
