import type { Queries } from '../store/database.ts';
import { viewDevices } from '../homes/devices.ts';
import { settingsOf } from '../homes/homes.ts';
import type { Mode } from '@earshot/shared/labels.ts';

export interface HomeState {
  name: string;
  mode: Mode;
  /**
   * `suspected`: labels of the alerts that sound now, without rejected alerts and tests. `verified`: those labels whose alert the verifier
   * confirmed.
   */
  suspected: ReadonlySet<string>;
  verified: ReadonlySet<string>;
  /** One line for each device that is offline or whose microphone does not work. */
  problems: readonly string[];
  isSirenSounding: boolean;
}

/** The state of a home for Home Assistant. Null when the home no longer exists. */
export async function homeState(queries: Queries, homeId: string, nowMs: number): Promise<HomeState | null> {
  const home = await queries.selectFrom('homes').select('name').where('id', '=', homeId).executeTakeFirst();
  if (!home) return null;
  const [settings, devices, sounding] = await Promise.all([
    settingsOf(queries, homeId),
    viewDevices(queries, homeId, nowMs),
    queries
      .selectFrom('incidents')
      .select(['label', 'verdict'])
      .where('homeId', '=', homeId)
      .where('activeKey', 'is not', null)
      .where('subjectId', '=', '')
      .where('test', '=', 0)
      .where('verdict', '!=', 'rejected')
      .execute(),
  ]);
  const problems = devices.flatMap(({ name, room, online, sources }) => {
    const where = room || name;
    if (!online) return [`${where}: offline`];
    return sources.filter(({ state }) => state !== 'healthy').map(({ state }) => `${where}: microphone ${state}`);
  });
  return {
    name: home.name,
    mode: settings.mode,
    suspected: new Set(sounding.map(({ label }) => label)),
    verified: new Set(sounding.filter(({ verdict }) => verdict === 'confirmed').map(({ label }) => label)),
    problems,
    isSirenSounding: devices.some(({ siren }) => siren === 'sounding'),
  };
}
