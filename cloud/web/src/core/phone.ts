/** Whether the texts of the app say "phone" or "computer" for the machine on which the app runs. */
export type Here = 'phone' | 'computer';
export const here = (): Here => (matchMedia('(pointer: coarse)').matches ? 'phone' : 'computer');

/** The choices for the app's colours. Each phone or computer stores its own choice; it does not belong to the home. */
export const COLOURS = ['system', 'light', 'dark'] as const;
export type Colours = (typeof COLOURS)[number];

export const chosenColours = (): Colours => (localStorage.getItem('colours') as Colours | null) ?? 'system';

export function chooseColours(colours: Colours): void {
  localStorage.setItem('colours', colours);
  applyColours();
}

export function applyColours(): void {
  document.documentElement.dataset.colours = chosenColours();
}

export const wasDismissed = (hint: string): boolean => localStorage.getItem(`dismissed:${hint}`) !== null;
export const dismiss = (hint: string): void => localStorage.setItem(`dismissed:${hint}`, '1');

/**
 * Chromium's event with which the app can offer its installation. The app keeps the event until the person taps
 * "Install".
 */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}
let offered: InstallPrompt | null = null;
const listeners = new Set<() => void>();

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  offered = event as InstallPrompt;
  for (const listener of listeners) listener();
});

export const onInstallOffer = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/**
 * How this browser installs the app: by a button, by iOS's share menu, or not at all (already installed, or not
 * supported).
 */
export function installWay(): 'button' | 'ios' | null {
  if (matchMedia('(display-mode: standalone)').matches) return null;
  if (offered) return 'button';
  return /iPhone|iPad/.test(navigator.userAgent) ? 'ios' : null;
}

export async function install(): Promise<void> {
  await offered?.prompt();
  offered = null;
}
