/**
 * What a microphone that hears nothing does instead, and what to do: for a person, after a colon. The keys are the reasons
 * that devices report (device/health). The app has the German translation (cloud/web/src/words).
 */
export const MICROPHONE_REASONS: Readonly<Record<string, string>> = {
  all_zero: 'it sends only silence. Check that it is switched on and not muted',
  stuck_dc: 'it is connected but sends no sound. Unplug it and plug it in again',
  clipped: 'every sound is too loud for it. Turn down its recording level, or move it away from the noise',
  wrong_rate: 'its sound arrives too fast or too slowly. Unplug it and plug it in again',
  muted: 'it is muted. Unmute it',
  silent_child: 'no sound arrives from it. Check its cable; for a camera, check its power and network',
  unplugged: 'it is no longer connected. Plug it in again; for a camera, check its power and network',
};
