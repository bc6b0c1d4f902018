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
  it('measures how far the newest sound stands above the quietest moment', () => {
    expect(levelAfter(ROOM, ROOM, ALARM).aboveRoomDb).toBeCloseTo(40);
  });

  it('does not take the zeros behind the end of a file for the room', () => {
    expect(levelAfter(ROOM, ALARM, 0, 0).aboveRoomDb).toBeCloseTo(40);
  });

  it('does not take a muted source for the room', () => {
    expect(levelAfter(0, 0, 0, ROOM, ALARM).aboveRoomDb).toBeCloseTo(40);
  });

  it('is 0 while nothing but zeros is known', () => {
    expect(levelAfter().aboveRoomDb).toBe(0);
    expect(levelAfter(ROOM, 0, 0, 0, 0, 0).aboveRoomDb).toBe(0);
  });

  it('says how loud the newest sound is by itself', () => {
    expect(levelAfter(ROOM, ALARM).dbfs).toBeCloseTo(-20);
  });

  it('says how loud the last sound was when the source has fallen silent', () => {
    expect(levelAfter(ROOM, ALARM, 0, 0, 0, 0, 0, 0).dbfs).toBeCloseTo(-20);
    expect(levelAfter(0, 0).dbfs).toBe(-120);
  });
});
