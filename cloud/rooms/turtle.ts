import type { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { labelInfo } from '@earshot/shared/labels.ts';

/** Brick has a class only for smoke detectors, so a CO alarm is classified as safety equipment. */
const ALARM_CLASSES: Record<string, string> = { smoke_alarm: 'brick:Smoke_Detector' };

/**
 * Writes the graph as Brick (https://brickschema.org) in Turtle: home, rooms, devices, alarms, and which device hears which alarm.
 */
export function turtleOf({ homeId, homeName, devices, alarms }: RoomGraph): string {
  const home = `<urn:uuid:${homeId}>`;
  const roomOf = (deviceId: string): string => `<urn:uuid:${deviceId}#room>`;
  const alarmOf = (alarm: RoomGraph['alarms'][number]): string => `<urn:uuid:${alarm.at.deviceId}#${alarm.label}>`;
  const statement = (subject: string, ...pairs: [string, string][]): string =>
    `${subject} ${pairs.map(([predicate, object]) => `${predicate} ${object}`).join(' ;\n  ')} .`;
  return [
    '@prefix brick: <https://brickschema.org/schema/Brick#> .',
    '@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .',
    '@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .',
    '@prefix earshot: <urn:earshot:> .',
    '',
    'earshot:hears rdfs:label "hears" ; rdfs:comment "The device heard the alarm when it sounded last." .',
    'earshot:noLongerHears rdfs:label "no longer hears" ; rdfs:comment "The device heard the alarm before, but not when it sounded last." .',
    'earshot:lastSounded rdfs:label "last sounded" .',
    '',
    statement(home, ['a', 'brick:Building'], ['rdfs:label', text(homeName)]),
    ...devices.flatMap(({ deviceId, name, room }) => [
      statement(roomOf(deviceId), ['a', 'brick:Room'], ['rdfs:label', text(room || name)], ['brick:isPartOf', home]),
      statement(
        `<urn:uuid:${deviceId}>`,
        ['a', 'brick:Sensor_Equipment'],
        ['rdfs:label', text(name)],
        ['brick:hasLocation', roomOf(deviceId)],
        ...alarms
          .filter(({ heardBy }) => heardBy.includes(deviceId))
          .map((alarm): [string, string] => ['earshot:hears', alarmOf(alarm)]),
        ...alarms
          .filter(({ lostBy }) => lostBy.includes(deviceId))
          .map((alarm): [string, string] => ['earshot:noLongerHears', alarmOf(alarm)]),
      ),
    ]),
    ...alarms.map((alarm) =>
      statement(
        alarmOf(alarm),
        ['a', ALARM_CLASSES[alarm.label] ?? 'brick:Safety_Equipment'],
        ['rdfs:label', text(`${labelInfo(alarm.label).words}, ${alarm.at.room || alarm.at.name}`)],
        ['brick:hasLocation', roomOf(alarm.at.deviceId)],
        ['earshot:lastSounded', `"${alarm.lastAt}"^^xsd:dateTime`],
      ),
    ),
    '',
  ].join('\n');
}

/** JSON escapes quotes, backslashes and line breaks in the same way as Turtle. */
const text = (value: string): string => JSON.stringify(value);
