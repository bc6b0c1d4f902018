import { describe, expect, it } from '@jest/globals';
import { RoomLevel } from './room-level.ts';

const ROOM = 1e-6;
const ALARM = 1e-2;

function levelAfter(...energies: number[]): RoomLevel {
  const level = new RoomLevel(0.32, 1);
  for (const energy of energies) level.push(energy);
  return level;
}

describe('RoomLevel', () => {
  it('measures how much louder the newest sound is than the quietest moment', () => {
    expect(levelAfter(ROOM, ROOM, ALARM).aboveRoomDb).toBeCloseTo(40);
  });

  it('does not count the zeros after the end of a file as the level of the room', () => {
    expect(levelAfter(ROOM, ALARM, 0, 0).aboveRoomDb).toBeCloseTo(40);
  });

  it('does not count a muted source as the level of the room', () => {
    expect(levelAfter(0, 0, 0, ROOM, ALARM).aboveRoomDb).toBeCloseTo(40);
  });

  it('is 0 while only zeros have been measured', () => {
    expect(levelAfter().aboveRoomDb).toBe(0);
    expect(levelAfter(ROOM, 0, 0, 0, 0, 0).aboveRoomDb).toBe(0);
  });

  it('measures the level of the newest sound', () => {
    expect(levelAfter(ROOM, ALARM).dbfs).toBeCloseTo(-20);
  });

  it('returns the level of the last sound after the source has become silent', () => {
    expect(levelAfter(ROOM, ALARM, 0, 0, 0, 0, 0, 0).dbfs).toBeCloseTo(-20);
    expect(levelAfter(0, 0).dbfs).toBe(-120);
  });
});
