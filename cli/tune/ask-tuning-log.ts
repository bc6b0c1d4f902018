import { TuningLog, type LoggedWindow } from '@earshot/shared/contracts/samples.ts';
import { askOperations, type Operations } from '../fleet/ask-operations.ts';

/** The log of the homes that opted in, or of one of them. */
export async function askTuningLog(operations: Operations, home?: string): Promise<LoggedWindow[]> {
  const query = home === undefined ? '' : `?home=${encodeURIComponent(home)}`;
  return (await askOperations(operations, `/v1/tuning-log${query}`, TuningLog)).items;
}
