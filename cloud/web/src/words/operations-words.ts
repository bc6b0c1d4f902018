import type { FleetView, RolloutView } from '@earshot/shared/contracts/fleet.ts';
import type { SharedClip } from '@earshot/shared/contracts/shared-clips.ts';
import { counted } from '@earshot/shared/wording.ts';
import { spoken, type Language } from './words.ts';

type Trouble = FleetView['troubled'][number]['trouble'];

const en = {
  title: 'Operations',
  signOut: 'Sign out',
  token: 'Token (EARSHOT_OPERATIONS_TOKEN of the cloud)',
  show: 'Show the fleet',
  wrongToken: 'This is not the token of EARSHOT_OPERATIONS_TOKEN.',
  summary: ({ homes, devices }: FleetView, at: string) =>
    `${counted(homes, 'home')}, ${counted(devices.all, 'device')}: ${devices.online} online, ${devices.silent} offline, ${devices.deaf} deaf (no sound from the microphone), ${devices.neverSeen} never connected. In the last 7 days, devices ignored ${counted(devices.silencedSounds, 'sound')} by themselves. As of ${at}.`,
  rollout: 'Roll-out',
  noRollout: 'No release is being rolled out.',
  states: { running: 'running', paused: 'paused', halted: 'halted', done: 'done' } as Record<
    RolloutView['state'],
    string
  >,
  progress: (version: string, state: string, percent: number, since: string, reason: string | null) =>
    `${version}: ${state}, ${percent} % of the devices since ${since}${reason === null ? '' : ` (${reason})`}.`,
  notCompared: 'The devices have not been compared yet.',
  interval: (is: string, low: string, high: string) => `${is} (${low} to ${high})`,
  compared: (falseAlerts: string, failed: string) =>
    `Difference between the new and the previous release, with 99.9 % confidence intervals: false alerts per device and day ${falseAlerts}, share of failed devices ${failed}.`,
  start: 'Start',
  goOn: 'Continue',
  pause: 'Pause',
  halt: 'Halt and roll back',
  haltSure: 'All devices return to the previous release: confirm',
  no: 'No',
  table: (title: string) => `${title}, table`,
  none: 'None.',
  releases: 'Releases',
  releaseHead: ['release', 'devices', 'rolled back', 'refused'],
  troubled: 'Devices that need attention',
  troubledHead: ['device', 'home', 'trouble', 'last heartbeat'],
  troubles: { silent: 'offline', deaf: 'deaf', never_seen: 'never connected' } as Record<Trouble, string>,
  never: 'never',
  alerts: (days: number) => `Alerts of the last ${days} days`,
  alertsHead: ['sound', 'alerts', 'right', 'wrong', 'unanswered', 'rejected', 'wrong per home and day (95 % interval)'],
  unanswered: ({ right, wrong, unanswered }: FleetView['samples']) =>
    `An unanswered alert does not count as right, because nobody said whether it was right. Recordings of sounds just below the alert threshold: ${right} right, ${wrong} wrong, ${unanswered} unanswered.`,
  worst: 'Homes with the most false alerts',
  worstHead: ['home', 'sound', 'alerts', 'wrong', 'unanswered'],
  shared: 'Shared recordings',
  sharedHead: ['home', 'sound', 'began', 'release', 'score', 'verdict', 'feedback', 'recording'],
  verdicts: { pending: 'pending', unverified: 'unverified', confirmed: 'confirmed', rejected: 'rejected' } as Record<
    SharedClip['verdict'],
    string
  >,
  feedback: { right: 'right', wrong: 'wrong' },
  play: 'Listen',
};
type OperationsWords = typeof en;

const de: OperationsWords = {
  title: 'Betrieb',
  signOut: 'Abmelden',
  token: 'Zugangsschlüssel (EARSHOT_OPERATIONS_TOKEN der Cloud)',
  show: 'Flotte anzeigen',
  wrongToken: 'Das ist nicht der Zugangsschlüssel aus EARSHOT_OPERATIONS_TOKEN.',
  summary: ({ homes, devices }, at) =>
    `${homes} ${homes === 1 ? 'Haushalt' : 'Haushalte'}, ${devices.all} Geräte: ${devices.online} online, ${devices.silent} ohne Verbindung, ${devices.deaf} taub (kein Ton vom Mikrofon), ${devices.neverSeen} nie verbunden. In den letzten 7 Tagen haben Geräte ${devices.silencedSounds} ${devices.silencedSounds === 1 ? 'Geräusch' : 'Geräusche'} selbst ignoriert. Stand: ${at}.`,
  rollout: 'Verteilung einer Version',
  noRollout: 'Zurzeit wird keine Version verteilt.',
  states: { running: 'läuft', paused: 'angehalten', halted: 'abgebrochen', done: 'abgeschlossen' },
  progress: (version, state, percent, since, reason) =>
    `${version}: ${state}, ${percent} % der Geräte seit ${since}${reason === null ? '' : ` (${reason})`}.`,
  notCompared: 'Die Geräte wurden noch nicht verglichen.',
  interval: (is, low, high) => `${is} (${low} bis ${high})`,
  compared: (falseAlerts, failed) =>
    `Unterschied zwischen neuer und voriger Version, mit 99,9-%-Konfidenzintervallen: Fehlalarme je Gerät und Tag ${falseAlerts}, Anteil ausgefallener Geräte ${failed}.`,
  start: 'Starten',
  goOn: 'Fortsetzen',
  pause: 'Anhalten',
  halt: 'Abbrechen und zurücknehmen',
  haltSure: 'Alle Geräte kehren zur vorigen Version zurück: bestätigen',
  no: 'Nein',
  table: (title) => `${title}, Tabelle`,
  none: 'Keine.',
  releases: 'Versionen',
  releaseHead: ['Version', 'Geräte', 'zurückgenommen', 'abgelehnt'],
  troubled: 'Geräte mit Problemen',
  troubledHead: ['Gerät', 'Haushalt', 'Problem', 'letztes Lebenszeichen'],
  troubles: { silent: 'ohne Verbindung', deaf: 'taub', never_seen: 'nie verbunden' },
  never: 'nie',
  alerts: (days) => `Alarme der letzten ${days} Tage`,
  alertsHead: [
    'Geräusch',
    'Alarme',
    'richtig',
    'falsch',
    'unbeantwortet',
    'verworfen',
    'falsch je Haushalt und Tag (95-%-Intervall)',
  ],
  unanswered: ({ right, wrong, unanswered }) =>
    `Ein unbeantworteter Alarm zählt nicht als richtig, denn niemand hat gesagt, ob er richtig war. Aufnahmen von Klängen knapp unter der Alarmschwelle: ${right} richtig, ${wrong} falsch, ${unanswered} unbeantwortet.`,
  worst: 'Haushalte mit den meisten Fehlalarmen',
  worstHead: ['Haushalt', 'Geräusch', 'Alarme', 'falsch', 'unbeantwortet'],
  shared: 'Freigegebene Aufnahmen',
  sharedHead: ['Haushalt', 'Geräusch', 'Beginn', 'Version', 'Wert', 'Prüfung', 'Antwort', 'Aufnahme'],
  verdicts: { pending: 'ausstehend', unverified: 'ungeprüft', confirmed: 'bestätigt', rejected: 'verworfen' },
  feedback: { right: 'richtig', wrong: 'falsch' },
  play: 'Anhören',
};

/** The texts of the operations page. They are loaded only with that page, because members never need them. */
export const OPERATIONS_WORDS: Record<Language, OperationsWords> = { en, de };

export const o = (): OperationsWords => OPERATIONS_WORDS[spoken.get().language];
