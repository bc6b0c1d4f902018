import type { WrittenRules } from '../label-rule.ts';

/** ESC-50's fifty classes. Each of its clips contains only one sound, so all but five classes are valid confusers. */
const CONFUSERS = `airplane breathing brushing_teeth can_opening car_horn cat chainsaw chirping_birds church_bells clapping
  clock_alarm clock_tick coughing cow crackling_fire crickets crow door_wood_knock drinking_sipping engine fireworks frog
  hand_saw helicopter hen insects keyboard_typing laughing mouse_click pig pouring_water rain rooster sea_waves sheep siren
  sneezing snoring thunderstorm toilet_flush train vacuum_cleaner washing_machine water_drops wind`;

export const ESC50_RULES: WrittenRules = {
  ...Object.fromEntries(CONFUSERS.split(/\s+/).map((label) => [label, null])),
  glass_breaking: 'glass_break',
  footsteps: 'footsteps',
  dog: 'dog_bark',
  crying_baby: 'baby_cry',
  // Ignored for doors, because a creaking door may move without being shut.
  door_wood_creaks: { ignore: ['door'] },
};
