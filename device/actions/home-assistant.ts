import { discoveryMessage, type RetainedMessage } from '@earshot/shared/home-assistant/discovery.ts';

export interface Topics {
  /** Everything of this device lies under it. */
  base: string;
  discovery: string;
  nodeId: string;
  name: string;
  /** Where it stands; empty: not known. */
  room: string;
  software: string;
  /** The app's address; null: no cloud. */
  configurationUrl: string | null;
}

/** A device by itself knows suspicions only: the sensors of verified sounds are the cloud's (docs/home-assistant.md). */
export const discovery = (topics: Topics, labels: readonly string[]): RetainedMessage =>
  discoveryMessage({
    ...topics,
    area: topics.room,
    model: 'Earshot device',
    labels,
    hasVerdicts: false,
    event: { id: 'heard', name: 'Heard', types: labels },
  });
