/**
 * Files of the training split whose label was measured and found doubtful; they are used neither for training nor for
 * calibration. (Checked by spectrum and cadence, as the corpus's README asks: "measure before you believe a label".)
 */
const DOUBTED: Readonly<Record<string, string>> = {
  'train/alarm_clock_or_buzzer/fegennari__smokealarm.opus':
    'labelled an alarm clock, but its name and sound (3,378 Hz piezo) are those of a smoke alarm',
  'train/electronic_beep/Mica-Technologies__smokealarm_connect.opus':
    "a smoke alarm's own beep (3,203 Hz), labelled a beep",
  'train/electronic_beep/Mica-Technologies__edwards_io_trouble.opus':
    'the trouble chirp of a fire panel sounds exactly like a low-battery chirp',
  'train/electronic_beep/Mica-Technologies__simplex_panel_trouble.opus':
    'the trouble chirp of a fire panel sounds exactly like a low-battery chirp',
  'train/electronic_beep/inferno-collection__panelsounder.opus': "a fire panel's 3.4 kHz sounder, continuous",
  'train/dropped_or_smashed_object/Fris0uman__window_frame_smash_success.opus':
    'a window is smashed, but it is not known whether its pane is glass',
  'train/dropped_or_smashed_object/Fris0uman__window_boarded_smash_success.opus':
    'a window is smashed, but it is not known whether its pane is glass',
  'train/door/Fris0uman__close_curtain.opus': 'a curtain, labelled a door',
  'train/door/Fris0uman__open_curtain.opus': 'a curtain, labelled a door',
  'train/door/Fris0uman__indoors.opus': 'the name of the file does not mention a door',
};

export const doubtOf = (file: string): string | null => DOUBTED[file] ?? null;
