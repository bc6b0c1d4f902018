import { taughtNames } from '../words/taught-names.ts';

/**
 * Icons are drawn by hand on a grid of 24 units, with lines that are 2 units wide and have round ends. They stay
 * legible at 16 px and at 96 px.
 */
const PATHS = {
  // Icons of sounds.
  flame:
    'M12 2.5c.6 3.2 2.2 4.6 3.8 6.4 1.5 1.7 2.7 3.4 2.7 5.900a6.5 6.5 0 0 1-13 0c0-2.3 1-4 2.3-5.3.3 1.4 1 2.3 2 2.8-.4-3.6.2-7 2.2-9.800ZM12 21.300c-1.9 0-3-1.3-3-2.9 0-1.7 1.3-2.6 2-4.3 2 1.3 4 2.4 4 4.5 0 1.6-1.2 2.7-3 2.700Z',
  co: 'M10.2 9.300A3.3 3.3 0 1 0 10.2 14.700M17 8.500a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7ZM4 4.500c2-1.7 4 1 6.3 0s4.2-1.5 6 0 2.7.8 3.7 0M4 19.500c2-1.7 4 1 6.3 0s4.2-1.5 6 0 2.7.8 3.7 0',
  glass: 'M4 3h16v18H4ZM13 3l-2.5 6.500L4 8M10.5 9.500l4.5 3 5-2.500M15 12.5 12.5 21M10.5 9.5 8 14l-4 1.500M8 14l4.8 6',
  battery: 'M3 8h15v8H3ZM21 10.800v2.400M6.5 11v2',
  steps:
    'M8.5 3.500c1.7 0 2.7 1.7 2.7 4 0 1.8-.7 2.8-.9 4.200H6.800c-.2-1.4-1-2.4-1-4.2 0-2.3 1-4 2.7-4ZM7 14.500h3.200c0 1.7-.6 2.5-1.6 2.500S7 16.2 7 14.500ZM16 8c1.6 0 2.6 1.6 2.6 3.7 0 1.7-.7 2.6-.9 3.900h-3.300c-.2-1.3-.9-2.2-.9-3.900C13.5 9.6 14.4 8 16 8ZM14.6 18.200h3c0 1.6-.5 2.3-1.5 2.300s-1.5-.7-1.5-2.300Z',
  door: 'M6 21V3h12v18M3.5 21h17M14.5 11.500v1.5',
  dog: 'M4 6l4-2 3 2h4l3-2 2.5 2-1 5.500c0 4-3.3 8.5-7 8.500s-7-4.5-7-8.500ZM9 11v.5M15 11v.5M12 15v2M10.5 15h3',
  baby: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 4c1 1 .8 2.5-.5 3M8.5 11.500l1.5.7M15.5 11.500l-1.5.7M9.5 16.500a2.6 2.6 0 0 1 5 0Z',
  ear: 'M7 10a5.5 5.5 0 0 1 11 0c0 4-4 4.5-4 8a3 3 0 0 1-5.6 1.500M10 10.500a2.5 2.5 0 0 1 5 0c0 1.5-1.6 2-2 3.2',
  // Icons of the app.
  home: 'M4 11 12 4l8 7v9h-5.500v-6h-5v6H4Z',
  history: 'M4 5v4.500h4.500M4.6 14.500A8 8 0 1 0 5 8.500M12 8v4.500l3 1.8',
  settings:
    'M4 7h9M17.5 7H20M4 17h2.500M11 17h9M15.2 4.700a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.600ZM8.7 14.700a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.600Z',
  back: 'M14.5 5 7.5 12l7 7',
  next: 'M9.5 5l7 7-7 7',
  up: 'M5 14.500l7-7 7 7',
  down: 'M5 9.500l7 7 7-7',
  play: 'M8 5.200v13.600a.6.6 0 0 0 .9.500l10.8-6.800a.6.6 0 0 0 0-1L8.9 4.700a.6.6 0 0 0-.9.500Z',
  pause: 'M8.5 5v14M15.5 5v14',
  check: 'M4.5 12.500l5 5 10-11',
  cross: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.500V12l3 2',
  phone:
    'M6.5 3.5 9 3l2 5-2.2 1.600a12 12 0 0 0 5.6 5.600L16 13l5 2-.5 2.500c-.3 1.7-1.8 3-3.5 2.800C10 19.5 4.5 14 3.7 7c-.2-1.7 1.1-3.2 2.8-3.500Z',
  trash: 'M4 6.500h16M9 6V3.500h6V6M6 6.5 7 21h10l1-14.500M10 10.500v6.500M14 10.500v6.5',
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.500V21',
  bell: 'M5.5 17.500c1.3-1.6 1.5-3.3 1.5-6a5 5 0 0 1 10 0c0 2.7.2 4.4 1.5 6ZM10 20.500c1 1 3 1 4 0',
  people:
    'M9 4.500a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.600ZM2.8 19.500a6.2 6.2 0 0 1 12.4 0M16 5a3.2 3.2 0 0 1 0 6.300M18 14.300a6 6 0 0 1 3.2 5.2',
  shield: 'M12 3l7.5 3v5.500c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.500V6Z',
  qr: 'M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2.500v2.500H14ZM20 14v2.500M17.5 20H20M14 20h.5',
  box: 'M4 8h16v11H4ZM8 8V5h8v3M9 13.500h.5M14.5 13.500h.5',
  test: 'M9.5 3h5M10.5 3v6L5 18.500A1.7 1.7 0 0 0 6.5 21h11a1.7 1.7 0 0 0 1.5-2.500L13.5 9V3M8 15h8',
  palette: 'M12 3.500a8.5 8.5 0 0 0 0 17ZM12 3.500a8.5 8.5 0 0 1 0 17',
  wifiOff:
    'M4 4l16 16M2.5 9.500a14 14 0 0 1 5-3.200M12 5.200a14 14 0 0 1 9.5 4.300M6 13.200a9 9 0 0 1 4.5-2.500M15 11.500a9 9 0 0 1 3 1.700M9.5 16.700a4 4 0 0 1 5 0M12 20v.2',
  share: 'M12 15V3.500M8 7l4-4 4 4M6 11H4.500v9.500h15V11H18',
  download: 'M12 4v11.500M7.5 11l4.5 4.5 4.5-4.500M4.5 20h15',
  alert: 'M12 4 2.8 20h18.400ZM12 10v4.500M12 17.300v.1',
} as const;

export type IconName = keyof typeof PATHS;

/** Filled icons are easier to recognise at a distance than outlines. */
const FILLED = new Set<IconName>(['play']);

export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill={FILLED.has(name) ? 'currentColor' : 'none'} />
    </svg>
  );
}

const OF_SOUND: Record<string, IconName> = {
  smoke_alarm: 'flame',
  co_alarm: 'co',
  glass_break: 'glass',
  low_battery_chirp: 'battery',
  footsteps: 'steps',
  door: 'door',
  dog_bark: 'dog',
  baby_cry: 'baby',
  device_silent: 'wifiOff',
  alarm_test_due: 'test',
  alarm_not_heard: 'alert',
  microphone_deaf: 'mic',
  outbox_filling: 'box',
};

export const soundIcon = (label: string): IconName => taughtNames.get(label)?.icon ?? OF_SOUND[label] ?? 'ear';

const UPKEEP = new Set([
  'low_battery_chirp',
  'device_silent',
  'microphone_deaf',
  'outbox_filling',
  'alarm_test_due',
  'alarm_not_heard',
]);

/** The colour group of a sound: red for smoke, purple for CO, blue for glass, muted colours for all others. */
export function tone(label: string): string {
  if (label === 'smoke_alarm') return 'smoke';
  if (label === 'co_alarm') return 'co';
  if (label === 'glass_break') return 'glass';
  if (UPKEEP.has(label)) return 'upkeep';
  return 'other';
}
