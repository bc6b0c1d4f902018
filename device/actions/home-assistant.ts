import { discoveryMessage, type RetainedMessage } from '@earshot/shared/home-assistant/discovery.ts';

export interface Topics {
  /** Prefix of all topics of this device. */
  base: string;
  discovery: string;
  nodeId: string;
  name: string;
  /** The room in which the device stands; empty: unknown. */
  room: string;
  software: string;
  /** The app's address; null: no cloud. */
  configurationUrl: string | null;
}

/** The device alone knows only unverified detections; the cloud publishes the sensors of verified sounds (docs/home-assistant.md). */
export const discovery = (topics: Topics, labels: readonly string[]): RetainedMessage =>
  discoveryMessage({
    ...topics,
    area: topics.room,
    model: 'Earshot device',
    labels,
    hasVerdicts: false,
    event: { id: 'heard', name: 'Heard', types: labels },
  });
