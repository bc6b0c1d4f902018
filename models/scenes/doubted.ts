/**
 * Files of the training split whose label is doubtful by their spectrum and cadence. They are used neither for training
 * nor for calibration. (The corpus's README asks: "measure before you believe a label".)
 */
const DOUBTED: Readonly<Record<string, string>> = {
  'train/alarm_clock_or_buzzer/fegennari__smokealarm.opus':
    'labelled an alarm clock, but the name of the file and its sound (a piezo at 3,378 Hz) are those of a smoke alarm',
  'train/electronic_beep/Mica-Technologies__smokealarm_connect.opus':
    'the beep of a smoke alarm (3,203 Hz), labelled only as a beep',
  'train/electronic_beep/Mica-Technologies__edwards_io_trouble.opus':
    'the trouble chirp of a fire panel sounds exactly like a low-battery chirp',
  'train/electronic_beep/Mica-Technologies__simplex_panel_trouble.opus':
    'the trouble chirp of a fire panel sounds exactly like a low-battery chirp',
  'train/electronic_beep/inferno-collection__panelsounder.opus':
    "a fire panel's continuous sounder at 3.4 kHz sounds like a smoke alarm",
  'train/dropped_or_smashed_object/Fris0uman__window_frame_smash_success.opus':
    'a window is smashed, but it is not known whether its pane is glass',
  'train/dropped_or_smashed_object/Fris0uman__window_boarded_smash_success.opus':
    'a window is smashed, but it is not known whether its pane is glass',
  'train/door/Fris0uman__close_curtain.opus': 'the sound of a curtain, labelled a door',
  'train/door/Fris0uman__open_curtain.opus': 'the sound of a curtain, labelled a door',
  'train/door/Fris0uman__indoors.opus': 'the name of the file does not mention a door',
};

export const doubtOf = (file: string): string | null => DOUBTED[file] ?? null;
