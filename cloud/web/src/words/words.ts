import { LANGUAGE_KEY, LAST_SEEN } from '../core/last-seen.ts';
import { createStore } from '../core/store.ts';
import { en, type Words } from './en.ts';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const spoken = createStore<{ language: Language; words: Words }>({ language: 'en', words: en });
export { spoken };

/**
 * The texts in the current language. The whole app renders again when the language changes, so no component needs to
 * subscribe.
 */
export const t = (): Words => spoken.get().words;
export const locale = (): string => {
  const { language } = spoken.get();
  // Prefer the phone's own variety of the language (e.g. en-GB or de-AT), because its date formats are familiar to the
  // person.
  return navigator.languages.find((wanted) => wanted.startsWith(language)) ?? language;
};

export function chosenLanguage(): Language {
  const chosen = localStorage.getItem('language') ?? navigator.language.slice(0, 2);
  return chosen in LANGUAGES ? (chosen as Language) : 'en';
}

/** Switches the language. English is part of the first load; any other language is loaded as a further small file. */
export async function speak(language: Language): Promise<void> {
  const words = language === 'de' ? (await import('./de.ts')).de : en;
  spoken.set({ language, words });
  document.documentElement.lang = language;
  void tellWorker(language);
}

/** Stores the language for the service worker, which translates notifications and has no localStorage. */
async function tellWorker(language: Language): Promise<void> {
  if ('caches' in globalThis) await (await caches.open(LAST_SEEN)).put(LANGUAGE_KEY, new Response(language));
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem('language', language);
  await speak(language);
}
