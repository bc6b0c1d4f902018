import type { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { counted } from '@earshot/shared/wording.ts';

/** For a terminal: "Cellar, smoke alarm: heard by 1 of 3 devices (Cellar), last on …". */
export function roomsReport({ homeName, devices, alarms }: RoomGraph): string {
  const names = new Map(devices.map(({ deviceId, name, room }) => [deviceId, room || name]));
  const list = (ids: readonly string[]): string => ids.map((id) => names.get(id) ?? id).join(', ');
  const lines = alarms.flatMap(({ label, at, lastAt, test, heardBy, notHeardBy, lostBy }) => [
    `  ${at.room || at.name}, ${labelInfo(label).words}: heard by ${heardBy.length} of ${counted(heardBy.length + notHeardBy.length, 'device')} (${list(heardBy)}), ${test ? 'tested' : 'sounded'} ${lastAt}`,
    ...(lostBy.length > 0 ? [`    heard it before and not any more: ${list(lostBy)}`] : []),
  ]);
  return [homeName, ...(lines.length > 0 ? lines : ['  No alarm has sounded yet. Test them in the app.'])].join('\n');
}
