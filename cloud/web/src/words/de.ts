import {
  isOnlyTone,
  isSingleGroup,
  isUnclear,
  pitchRangeOf,
  rangeOf,
  rangesOf,
} from '@earshot/shared/cadence/explain.ts';
import type { HeardSound } from '@earshot/shared/contracts/candidate.ts';
import type { Words } from './en.ts';
import { heightOf, isHalfASecond, kHz } from './sound-measures.ts';

/**
 * The German texts of the app. They address people with the informal "du", because the app is used within a household.
 */
export const de: Words = {
  language: 'Deutsch',
  appName: 'Earshot',

  sounds: {
    smoke_alarm: 'Rauchmelder',
    co_alarm: 'CO-Melder',
    low_battery_chirp: 'Batterie-Piepen',
    glass_break: 'Glasbruch',
    footsteps: 'Schritte',
    door: 'Tür',
    dog_bark: 'Hundebellen',
    baby_cry: 'Babyweinen',
    device_silent: 'Gerät nicht verbunden',
    microphone_deaf: 'Mikrofon hört nichts',
    outbox_filling: 'Aufnahmen noch nicht gesendet',
    alarm_test_due: 'Zeit, die Melder zu testen',
    alarm_not_heard: 'Melder nicht mehr gehört',
  },
  soundLong: { co_alarm: 'Kohlenmonoxid' },
  advice: {
    smoke_alarm: 'Alle raus. Dann Hilfe rufen.',
    co_alarm: 'Alle ins Freie. Dann Hilfe rufen.',
    glass_break: 'Bleib in Sicherheit. Hör dir erst die Aufnahme an, bevor du nachsiehst.',
    low_battery_chirp: 'Einer deiner Melder braucht eine neue Batterie.',
  },
  takenFor: (source) => `Earshot hält den Klang für ${source}.`,
  ruledOut: (source) => `Das Gerät vermutete ${source}, aber die zweite Prüfung hat das ausgeschlossen.`,
  sources: {
    smoke_alarm: 'einen Rauchmelder',
    co_alarm: 'einen CO-Melder',
    low_battery_chirp: 'das Piepen einer leeren Batterie',
    glass_break: 'brechendes Glas',
    footsteps: 'Schritte',
    door: 'eine Tür',
    dog_bark: 'einen bellenden Hund',
    baby_cry: 'ein weinendes Baby',
  },
  notices: {
    alarm_not_heard:
      'Dieses Gerät hat einen deiner Melder früher gehört, beim letzten Mal aber nicht. Prüfe das Gerät und ob eine Tür geschlossen war. Unter Einstellungen, Melder testen steht, welcher Melder es war.',
    alarm_test_due:
      'Dieses Gerät hat seit 30 Tagen keinen Test eines Melders gehört. Öffne Einstellungen, Melder testen, und drücke die Prüftaste jedes Melders.',
    device_silent: 'Dieses Gerät hat sich seit zehn Minuten nicht gemeldet. Prüfe Strom und Netzwerk.',
    microphone_deaf:
      'Dieses Mikrofon hört nichts, deshalb kann Earshot dort keine Melder erkennen. Prüfe, ob das Mikrofon eingesteckt und nicht stumm geschaltet ist. Die Seite des Geräts zeigt, was nicht stimmt.',
    outbox_filling:
      'Dieses Gerät kann seine Aufnahmen nicht senden. Prüfe das Netzwerk. Das Gerät hebt die Aufnahmen auf und sendet sie später.',
  },

  modes: { home: 'Zuhause', away: 'Unterwegs', night: 'Nacht' },
  modeMeaning: {
    home: 'Jemand ist zu Hause',
    away: 'Niemand ist zu Hause',
    night: 'Alle schlafen',
  },
  levels: { low: 'Niedrig', medium: 'Mittel', high: 'Hoch' },
  verdicts: {
    pending: 'Wird geprüft',
    unverified: 'Noch nicht geprüft',
    confirmed: 'Bestätigt',
    rejected: 'Ausgeschlossen',
  },
  states: { open: 'Offen', acknowledged: 'Gesehen', cleared: 'Vorbei' },

  nav: { label: 'Hauptmenü', home: 'Zuhause', history: 'Verlauf', settings: 'Einstellungen', skip: 'Zum Inhalt' },

  common: {
    back: 'Zurück',
    cancel: 'Abbrechen',
    save: 'Sichern',
    saved: 'Gesichert',
    remove: 'Entfernen',
    delete: 'Löschen',
    add: 'Hinzufügen',
    close: 'Schließen',
    retry: 'Noch einmal',
    loading: 'Einen Moment',
    notNow: 'Jetzt nicht',
    on: 'An',
    off: 'Aus',
    none: 'Keine',
    always: 'Immer',
    name: 'Name',
    room: 'Raum',
    you: 'du',
  },

  problems: {
    offline: 'Keine Verbindung',
    noInternet: 'Hier gibt es keine Internetverbindung.',
    noServer: 'Der Earshot-Server antwortet nicht.',
    knownUntil: (time) => `Seit ${time} ist nichts Neues angekommen.`,
    stillListens: 'Das Gerät zu Hause hört vielleicht weiter. Alarme kommen an, sobald die Verbindung wieder da ist.',
    unexpected: 'In der App ist etwas schiefgegangen. Lade die Seite neu und versuche es noch einmal.',
    gone: 'Diesen Eintrag gibt es nicht mehr.',
    noPage: 'Diese Seite gibt es nicht.',
  },

  errors: {
    BAD_REQUEST: 'Der Server hat die Eingabe nicht angenommen. Prüfe sie und versuche es noch einmal.',
    SETTING_INVALID: 'Diese Einstellung ist nicht gültig. Prüfe sie und versuche es noch einmal.',
    PAIRING_CODE: 'Der Koppelcode ist falsch, schon benutzt oder zu alt. Erzeuge in der App einen neuen.',
    CONFLICT: 'Die Änderung passt nicht zum jetzigen Stand. Lade die Seite neu und versuche es noch einmal.',
    ROLLOUT: 'Das geht beim jetzigen Stand der Verteilung nicht. Lade die Seite neu.',
    CANNOT_RECORD:
      'Das Gerät kann gerade nicht aufnehmen. Prüfe, ob es online ist und Aufnahmen erlaubt (drop_in in seiner device.conf).',
    FORBIDDEN: 'Das darfst du in diesem Zuhause nicht.',
    CSRF: 'Die Anfrage kam nicht aus der App. Lade die Seite neu.',
    TOO_MANY: 'Zu viele Versuche. Warte eine Minute.',
    TOO_LARGE: 'Die gesendeten Daten sind zu groß.',
    DISK_FULL: 'Die Festplatte des Servers ist voll. Was der Server schon angenommen hat, geht nicht verloren.',
    DATABASE: 'Die Datenbank des Servers ist nicht erreichbar. Versuche es später noch einmal.',
    CLIP_STORE: 'Der Speicher für Aufnahmen ist nicht erreichbar. Versuche es später noch einmal.',
    INTERNAL: 'Auf dem Server ist etwas schiefgegangen. Versuche es noch einmal.',
  },

  ended: {
    'home-deleted': {
      title: (home) => (home ? `${home} wurde gelöscht` : 'Dieses Zuhause wurde gelöscht'),
      text: 'Jemand anderes hat das Zuhause mit allen Alarmen und Aufnahmen gelöscht. Hier kommen keine Alarme mehr an.',
    },
    removed: {
      title: (home) => (home ? `Du wurdest aus ${home} entfernt` : 'Du wurdest aus diesem Zuhause entfernt'),
      text: 'Jemand anderes hat dich entfernt. Hier kommen keine Alarme mehr an. Bitte um einen neuen Code, um zurückzukommen.',
    },
    'session-gone': {
      title: (home) => (home ? `Du bist von ${home} abgemeldet` : 'Du bist abgemeldet'),
      text: 'Der Earshot-Server kennt diesen Browser nicht mehr: Seine Cookies wurden gelöscht, oder die Daten des Servers wurden ersetzt. Hier kommen vielleicht keine Alarme mehr an. Bitte ein anderes Mitglied um einen neuen Code, um zurückzukommen. Gibt es kein anderes Mitglied, starte den Server neu: Sein Protokoll zeigt dann einen Code.',
    },
    joinAnother: 'Einem Zuhause beitreten',
  },

  alert: {
    now: (sound) => `${sound}, jetzt`,
    stillSounding: 'tönt noch',
    lastHeard: (time) => `zuletzt gehört ${time}`,
    fromTo: (from, to) => `von ${from} bis ${to}`,
    began: (time) => `seit ${time}`,
    at: (time) => `um ${time}`,
    late: 'Verspätet zugestellt: Das Zuhause hatte keine Verbindung.',
    test: 'Test',
    testMeaning: 'Das war ein Test deiner Melder.',
    why: 'Warum Earshot das gemeldet hat',
    heardBy: (count) => `von ${count} Geräten gehört`,
    inMode: (modes) => `Modus: ${modes}`,
    deviceScore: 'Gerät',
    verifierScore: 'Zweite Prüfung',
    notChecked: 'noch nicht',
    notSureEnough: 'nicht sicher genug',
    nobodyAlerted: 'Niemand wurde alarmiert.',
    sure: (percent) => `${percent} sicher`,
    acknowledge: 'Gesehen',
    acknowledgeMeaning: 'Beendet die Erinnerungen und informiert die anderen',
    acknowledgedBy: (name, time) => `${name} hat es um ${time} gesehen`,
    undo: 'Rückgängig',
    callEmergency: (number) => `${number} anrufen`,
    callContact: (name) => `${name} anrufen`,
    wasItRight: 'War dieser Alarm richtig?',
    right: 'Ja, war es',
    wrong: 'Nein, Fehlalarm',
    thanks: (who, right) => (right ? `${who} sagt: Der Alarm war richtig.` : `${who} sagt: Fehlalarm.`),
    wasItReally: (sound) => `War es wirklich dieser Klang: ${sound}?`,
    saidOfRuledOut: (who, right) => (right ? `${who} sagt: Ja, er war es.` : `${who} sagt: Nein, er war es nicht.`),
    wasNot: 'Nein, war es nicht',
    delete: 'Diesen Alarm und seine Aufnahme löschen',
    deleteAsk: 'Diesen Alarm löschen?',
    deleteMeaning: 'Die Aufnahme wird sofort überall gelöscht. Das lässt sich nicht rückgängig machen.',
    deleted: 'Der Alarm und seine Aufnahme sind gelöscht.',
    notFound: 'Diesen Alarm gibt es nicht',
    notFoundHelp: 'Der Alarm wurde gelöscht oder gehört zu einem anderen Zuhause.',
    acknowledgedToast: 'Gesehen. Die anderen können es sehen.',
    unacknowledgedToast: 'Der Alarm ist wieder offen.',
  },

  teach: {
    tag: 'Von deinem Gerät erkannt',
    title: 'Klang beibringen',
    intro:
      'Earshot lernt einen Klang aus fünf Aufnahmen, nur für dieses Zuhause. Der Klang sollte jedes Mal gleich sein, wie eine Türklingel.',
    emptyTitle: 'Noch kein Klang beigebracht',
    empty: 'Wähle einen Namen und ein Gerät, und fang an.',
    fresh: 'Ein neuer Klang',
    icon: 'Symbol',
    icons: {
      bell: 'Klingel',
      phone: 'Telefon',
      door: 'Tür',
      dog: 'Tier',
      baby: 'Kind',
      box: 'Maschine',
      clock: 'Uhr',
      ear: 'Etwas anderes',
    },
    device: 'Gerät, das ihn aufnimmt',
    noDevice: 'Ein Gerät in deinem Zuhause muss den Klang aufnehmen, aber noch ist keines gekoppelt.',
    kind: 'Art der Meldung',
    kinds: { security: 'Alarm', upkeep: 'Leiser Hinweis' },
    begin: 'Anfangen',
    count: (found, needed) => `${found} von ${needed} Beispielen`,
    how: (room, seconds, isCheck) =>
      isCheck
        ? 'Mach den Klang noch einmal als Probe, oder lass Earshot ihn jetzt lernen.'
        : `Tippe auf den Knopf, warte auf „Mach jetzt den Klang“ und mach ihn einmal, so laut wie sonst. Das Gerät (${room}) nimmt dann ${seconds} Sekunden auf.`,
    learning: 'Wird gelernt. Das dauert etwa eine halbe Minute …',
    ready: (found, mistakes) => `Fertig: erkennt etwa ${found} von 10 solchen Klängen, mit ${mistakes}.`,
    perDay: (count) => (count <= 1 ? 'etwa einem Fehlalarm am Tag' : `etwa ${count} Fehlalarmen am Tag`),
    inDays: (days) => `etwa einem Fehlalarm in ${days} Tagen`,
    inMonth: 'höchstens etwa einem Fehlalarm im Monat',
    figures:
      'Beide Zahlen sind geschätzt: aus deinen Aufnahmen, abgespielt in simulierten Räumen, und aus Klängen anderer Wohnungen.',
    notReady:
      'Nicht fertig: Earshot hat zu wenige der Aufnahmen wiedererkannt. Nimm Beispiele auf, die lauter als der Raum sind, und lass neu lernen.',
    error: 'Das Lernen ist fehlgeschlagen. Versuche es noch einmal.',
    record: 'Beispiel aufnehmen',
    recordCheck: 'Probe aufnehmen',
    waiting: 'Warte auf das Gerät …',
    recording: (seconds) => `Mach jetzt den Klang. Das Gerät nimmt ${seconds} Sekunden auf.`,
    underWay: 'wird aufgenommen …',
    example: (n) => `Beispiel ${n}`,
    check: 'Probe',
    found: (seconds) => `Klang gefunden, ${seconds} s lang`,
    silent: 'kein Klang ist lauter als der Raum',
    silentHelp:
      'In der letzten Aufnahme ist kein Klang lauter als der Raum. Hör sie an: Hörst du deinen Klang, dann mach ihn näher am Gerät und nimm noch einmal auf. Hörst du nichts, dann prüfe das Mikrofon des Geräts.',
    noRecording: 'das Gerät hat keine Aufnahme gesendet',
    checkFound: 'Die Probe wurde erkannt.',
    checkMissed: 'Die Probe wurde nicht erkannt. Nimm Beispiele auf, die einander ähnlicher sind, und lass neu lernen.',
    learn: 'Klang lernen',
    learnAgain: 'Neu lernen',
    where:
      'Alarme für diesen Klang sind eingeschaltet. Modi und Empfindlichkeit wählst du unter Einstellungen, Klänge.',
    privacy: 'Alle Mitglieder können die Beispiele anhören. Sie bleiben, bis du den Klang löschst.',
    notVerified: 'Einen beigebrachten Klang erkennt dein Gerät allein, ohne die zweite Prüfung.',
    removeIt: (what) => `${what} entfernen`,
    remove: 'Diesen Klang löschen',
    removeAsk: 'Diesen Klang löschen?',
    removeMeaning: 'Die Geräte hören nicht mehr auf ihn, und seine Aufnahmen werden sofort gelöscht.',
    removed: 'Der Klang und seine Aufnahmen sind gelöscht.',
  },

  ignored: {
    tag: 'Ignoriert',
    title: 'Ignorierte Klänge',
    intro: 'Ihr habt diese Klänge als Fehlalarm markiert. Ein ähnlicher Klang im selben Raum alarmiert niemanden.',
    emptyTitle: 'Nichts wird ignoriert',
    empty: 'Wenn du einen Alarm als Fehlalarm markierst, steht sein Klang hier.',
    likeThis: (room) => `Was so klingt, wird in diesem Raum ignoriert: ${room}.`,
    nothing:
      'Was so klingt, löst weiterhin Alarme aus. Earshot kann keinen Klang ignorieren, der den Rhythmus eines Rauch- oder CO-Melders hat oder dessen Aufnahme fehlt.',
    marked: (who, when) => `${who}, ${when}`,
    times: (count) =>
      count === 0 ? 'seitdem nicht gehört' : count === 1 ? 'einmal ignoriert' : `${count}-mal ignoriert`,
    onDevice: (count) =>
      count === 0
        ? 'das Gerät selbst ignoriert es'
        : `das Gerät selbst hat es in den letzten 7 Tagen ${count === 1 ? 'einmal' : `${count}-mal`} ignoriert`,
    outdated:
      'wird nicht mehr ignoriert: Nach einer Aktualisierung braucht Earshot die Aufnahme noch einmal, aber sie ist gelöscht',
    alertNote: 'Niemand wurde alarmiert: Es klingt wie ein Alarm, den ihr als Fehlalarm markiert habt.',
    removeIt: (what) => `Wieder alarmieren: ${what}`,
    removeAsk: 'Bei diesem Klang wieder alarmieren?',
    removeMeaning: 'Wenn dieser Klang das nächste Mal ertönt, wirst du alarmiert.',
    removed: 'Bei diesem Klang wirst du wieder alarmiert.',
  },

  notSent: {
    tag: 'nicht gemeldet',
    coolDown: (time) =>
      `Nicht noch einmal gemeldet: Dieser Klang wurde schon um ${time} gemeldet, weniger als fünf Minuten vorher.`,
    notNow: 'Nicht gemeldet: Alarme für diesen Klang waren mit „Jetzt nicht“ angehalten.',
    quietHours: (time) => `Ruhezeit: Niemand wird vor ${time} benachrichtigt.`,
  },

  rooms: {
    title: 'Welches Gerät hört welchen Melder',
    heardBy: (count, of) => `von ${count} der ${of} Geräte gehört`,
    lost: (room) =>
      `${room} hat diesen Melder früher gehört, beim letzten Mal aber nicht. Prüfe das Gerät und geschlossene Türen.`,
    export: 'Als Datei für andere Programme sichern',
    exportHint: 'Räume, Geräte und Melder im Gebäudeschema Brick (Turtle-Datei)',
  },

  hunch: {
    title: (sound) => `Weniger Fehlalarme: ${sound}?`,
    now: (sound, count, place, hour, days) =>
      `${place === null ? 'Eure Geräte haben' : `Euer Gerät (${place}) hat`} in den letzten ${days} Tagen ${count} Fehlalarme ausgelöst${hour === null ? '' : `, die meisten gegen ${hour} Uhr`} (${sound}).`,
    then: (level, count) =>
      `Mit der Empfindlichkeit „${level}“ hätte es ${count === 1 ? '1 Fehlalarm' : `${count} Fehlalarme`} gegeben.`,
    missed: (right) =>
      right === 0
        ? 'Ihr habt keinen Alarm als richtig markiert. Earshot kann also nicht sagen, ob ihr einen echten verpasst hättet.'
        : right === 1
          ? 'Den Alarm, den ihr als richtig markiert habt, hättet ihr nicht verpasst.'
          : `Von den ${right} Alarmen, die ihr als richtig markiert habt, hättet ihr keinen verpasst.`,
    unjudged: (count) =>
      count === 1
        ? '1 Alarm, den niemand als richtig oder falsch markiert hat, wäre nicht gekommen.'
        : `${count} Alarme, die niemand als richtig oder falsch markiert hat, wären nicht gekommen.`,
    yes: (from, to) => `Ja: ${to} statt ${from}`,
    done: (sound, level) => `${sound}: ${level}.`,
  },

  samples: {
    title: 'Beinahe erkannte Klänge',
    isOn: 'An: Geräte senden einige kurze Aufnahmen, damit ihr sie beurteilt',
    isOff: 'Aus',
    intro:
      'Manchmal meldet ein Gerät einen Klang beinahe. Dann wird niemand alarmiert, also kann niemand sagen, ob ein Alarm richtig gewesen wäre. Eure Antworten zeigen, welche Empfindlichkeit zu eurem Zuhause passt.',
    on: 'Einige beinahe erkannte Klänge senden',
    onText:
      'Jedes Gerät sendet von jeder Art Klang etwa zwei beinahe erkannte am Tag, zufällig ausgewählt. Es sendet eine Aufnahme von zehn Sekunden, welcher Klang es gewesen sein könnte, wie sicher das Gerät war und wie wahrscheinlich die Wahl dieser Aufnahme war. Niemand wird je alarmiert. Nur die Personen dieses Zuhauses können zuhören. Wer diesen Dienst betreibt, sieht die Zahlen und eure Antworten, aber nie eine Aufnahme. Aufnahmen werden nach der Zeit gelöscht, die du für alle Aufnahmen gewählt hast, oder wenn das Zuhause gelöscht wird. Aus, solange du es nicht einschaltest.',
    emptyTitle: 'Nichts zu beurteilen',
    empty: 'Beinahe erkannte Klänge stehen hier, sobald ein Gerät einen gesendet hat.',
    was: (sound) => `War es: ${sound}?`,
    right: 'Ja',
    wrong: 'Nein',
    answer: { right: (what) => `Ja: ${what}`, wrong: (what) => `Nein: ${what}` },
    removeIt: (what) => `Löschen: ${what}`,
    removed: 'Gelöscht.',
  },

  reasons: {
    title: 'Ausschlaggebende Messwerte',
    legend: 'Je länger der Balken, desto größer der Anteil an der Entscheidung.',
    share: (percent) => `Anteil an der Entscheidung: ${percent}`,
    score: (sound) => `Die Klangerkennung des Geräts sagt: ${sound}`,
    scoreOfAny: 'Die Klangerkennung des Geräts erkennt den gemeldeten Klang',
    level: (db) => `${db} dB lauter als der Raum`,
    levelOver: (db) => `Mehr als ${db} dB lauter als der Raum`,
    duration: (seconds) => `Der Klang dauerte ${seconds} s`,
    named: {
      rhythm_t3: 'Klänge im Rhythmus eines Rauchmelders',
      rhythm_t4: 'Klänge im Rhythmus eines CO-Melders',
      rhythm_steady: 'Gleichmäßige Töne, wie bei älteren Rauchmeldern',
      rhythm_fast: 'Schnelle Töne',
      rhythm_sweep: 'Eine Tonhöhe, die immer wieder steigt und fällt',
      rhythm_continuous: 'Ein Ton ohne Pause',
      rhythm_chirp: 'Ein kurzer Ton ohne andere Töne in seiner Nähe',
      sudden: 'Ein plötzlicher Klang',
      groups: 'Die Töne kamen im selben Rhythmus wieder',
      pitch_stability: 'Die Tonhöhe bleibt meist fast gleich',
      sounding: 'Der Klang hat keine langen Pausen',
      quiet: 'Die Pause nach dem Klang',
      cut_off: 'Hier endete die Aufnahme',
    },
  },
  siren: {
    soundIn: (where) => `Sirene einschalten: ${where}`,
    stopIn: (where) => `Sirene ausschalten: ${where}`,
    ask: (where) => `Sirene einschalten: ${where}?`,
    meaning:
      'Die Sirene beginnt innerhalb von fünf Sekunden und tönt eine Minute lang, oder bis sie jemand ausschaltet.',
    sound: 'Einschalten',
    starting: 'Die Sirene beginnt innerhalb von fünf Sekunden.',
    stopping: 'Die Sirene verstummt innerhalb von fünf Sekunden.',
  },
  live: {
    listen: (where) => `Live hören: ${where}`,
    stop: 'Nicht mehr zuhören',
    keep: 'Weiter zuhören',
    connecting: 'Verbindung zum Gerät wird aufgebaut.',
    playing: (where) => `Du hörst jetzt diesen Raum: ${where}.`,
    waiting: 'Es kommt kein Ton an. Vielleicht hat das Gerät keine Verbindung mehr.',
    by: (names) => `Hört live zu: ${names.join(', ')}.`,
    seen: 'Alle in diesem Zuhause können sehen, wer zuhört.',
    left: (seconds) => `Das Zuhören endet in ${seconds} s.`,
    ended: 'Das Zuhören ist beendet.',
    rule: 'Einen Raum live hören',
    rules: { never: 'Nie', during_alerts: 'Während eines Alarms', always: 'Immer' },
    ownerOnly: 'Das kann nur ein Besitzer des Zuhauses ändern.',
    log: 'Wer live zugehört hat',
    nobody: 'Bisher hat niemand live zugehört.',
    entry: (name, where) => `${name}: ${where}`,
    seconds: (seconds) => `${seconds} s lang`,
    now: 'jetzt',
  },
  notNow: {
    title: 'Jetzt nicht: keine Alarme für diesen Klang',
    hours: (hours) => (hours === 1 ? '1 Stunde lang' : `${hours} Stunden lang`),
    until: (sound, time) => `${sound}: keine Alarme bis ${time}.`,
    end: 'Wieder melden',
  },

  clip: {
    play: 'Anhören',
    share: 'Teilen',
    save: 'Speichern',
    pause: 'Pause',
    position: 'Stelle in der Aufnahme',
    seconds: (at, of) => `${at} von ${of} Sekunden`,
    picture: (from, to, of) =>
      `Lautstärke und Tonhöhe der aufgenommenen ${of} Sekunden. Das Ereignis reicht von Sekunde ${from} bis ${to}.`,
    event: 'hier gehört',
    awaited: 'Die Aufnahme ist unterwegs.',
    missing: 'Die Aufnahme ist nie angekommen.',
    deleted: 'Die Aufnahme wurde gelöscht.',
    shed: 'Das Gerät hatte keinen Speicherplatz mehr für die Aufnahme.',
    unreadable: 'Die Aufnahme ist nicht lesbar.',
    none: 'Es gibt keine Aufnahme.',
    shareWithOperators: 'Diese Aufnahme für die Betreiber freigeben',
    stopSharing: 'Freigabe für die Betreiber beenden',
    sharedBy: (who, when) =>
      `${who} hat diese Aufnahme für die Betreiber dieser Cloud freigegeben (${when}). Sie können sie hören, bis die Freigabe endet oder die Aufnahme gelöscht wird.`,
  },

  home: {
    quiet: 'Alles ruhig',
    alerting: (count) => (count === 1 ? 'Ein Alarm' : `${count} Alarme`),
    quietSince: (when) => `Letzter Alarm ${when}.`,
    quietSinceFalse: (when) => `Letzter Alarm ${when}, ein Fehlalarm.`,
    quietEver: 'Bisher kein Alarm. Earshot hört zu.',
    someListen: (listening, devices, missing) =>
      `Nur ${listening} von ${devices} Geräten ${listening === 1 ? 'hört' : 'hören'} zu. Ohne Ton oder Verbindung: ${missing}.`,
    checking: 'Prüfe',
    checkingText: 'Der neueste Stand wird vom Server geholt.',
    unknown: 'Unbekannt',
    unknownSince: (time) => `Seit ${time} ist aus deinem Zuhause nichts angekommen.`,
    unknownEver: 'Aus deinem Zuhause ist noch nichts angekommen.',
    nobodyListens: 'Hört nicht zu',
    nobodyWhy: {
      'no-device': () => 'Noch ist kein Gerät mit diesem Zuhause gekoppelt.',
      silent: (where) => `Keine Meldung von: ${where}. Prüfe dort Strom und Netzwerk.`,
      deaf: (where) => `Das Mikrofon hört nichts: ${where}. Prüfe Mikrofon und Kabel.`,
      'no-microphone': (where) =>
        `Kein Mikrofon ist in Gebrauch: ${where}. Falls dort eine Aufnahme lief, ist sie zu Ende.`,
    },
    days: 'Die letzten 99 Tage',
    daysText: (quiet, alerts) =>
      `In den letzten 99 Tagen: ${quiet} ${quiet === 1 ? 'ruhiger Tag' : 'ruhige Tage'}, ${alerts} mit Alarm.`,
    mode: 'Modus',
    schedule: 'Zeitplan',
    next: (mode, time) => `${mode} um ${time}`,
    devices: 'Geräte',
    testing: (time) => `Melder-Test bis ${time}. Alarme zählen bis dahin als Test.`,
    testStop: 'Test beenden',
    open: 'Öffnen',
  },

  device: {
    listening: 'Hört zu',
    offline: 'Nicht verbunden',
    never: 'War nie verbunden',
    unknown: 'Zurzeit nicht bekannt',
    noMicrophone: 'Kein Mikrofon ist in Gebrauch',
    lastSign: 'Letzte Meldung',
    lastSeen: (when) => `Letzte Meldung ${when}`,
    level: 'Lautstärke',
    levelText: (db) => `${db} Dezibel`,
    silent: 'kein Ton',
    hearsNow: 'Was dieses Gerät gerade hört',
    hearsHelp:
      'Drücke die Prüftaste deines Melders und beobachte den Balken. Stelle das Gerät dorthin, wo der Balken am längsten ist.',
    hearsNothing: 'Kein Klang, den Earshot kennt.',
    microphone: 'Mikrofon',
    mic: {
      healthy: 'Hört gut',
      deaf: 'Hört nichts',
      recovering: 'Hört wieder zu',
      failed: 'Funktioniert nicht',
    },
    reasons: {
      all_zero: 'es sendet nur Stille. Prüfe, ob es eingeschaltet und nicht stumm geschaltet ist',
      stuck_dc: 'es ist verbunden, sendet aber keinen Ton. Zieh es ab und steck es wieder ein',
      clipped: 'alle Geräusche sind zu laut für das Mikrofon. Stell es leiser, oder stell es weiter weg vom Lärm',
      wrong_rate: 'sein Ton kommt zu schnell oder zu langsam an. Zieh es ab und steck es wieder ein',
      muted: 'es ist stumm geschaltet. Schalte den Ton ein',
      silent_child: 'von ihm kommt kein Ton an. Prüfe das Kabel, bei einer Kamera Strom und Netzwerk',
      unplugged: 'es ist nicht mehr verbunden. Steck es wieder ein; bei einer Kamera prüfe Strom und Netzwerk',
    },
    software: 'Software',
    release: 'Klangmodell',
    releaseState: {
      running: 'aktuell',
      updating: 'wird aktualisiert',
      rolled_back: 'die Aktualisierung ist fehlgeschlagen, das vorige Modell ist in Gebrauch',
      refused: 'die Aktualisierung war fehlerhaft und wurde nicht installiert',
    },
    load: 'Prozessor und Speicher',
    waiting: 'Wartet auf Versand',
    records: (count) => (count === 1 ? '1 Ereignis' : `${count} Ereignisse`),
    nothingWaits: 'nichts',
    settingsOld: 'die neuesten Einstellungen sind noch nicht angekommen',
    settingsNew: 'aktuell',
    settingsLabel: 'Einstellungen',
    remove: 'Dieses Gerät entfernen',
    removeAsk: (name) => `${name} entfernen?`,
    removeMeaning: 'Das Gerät hört nicht mehr für dieses Zuhause. Du kannst es später wieder koppeln.',
    removed: 'Das Gerät ist entfernt.',
    none: 'Noch kein Gerät',
    gone: 'Dieses Gerät wurde entfernt',
    noneHelp: 'Kopple das Gerät mit dem Mikrofon, dann hört es zu.',
    pair: 'Gerät koppeln',
  },

  history: {
    title: 'Verlauf',
    all: 'Alle',
    sound: 'Klang',
    verdict: 'Ergebnis',
    device: 'Gerät',
    today: 'Heute',
    yesterday: 'Gestern',
    select: 'Auswählen',
    selectOne: (what) => `${what} auswählen`,
    done: 'Fertig',
    deleteSome: (count) => (count === 1 ? '1 Alarm löschen' : `${count} Alarme löschen`),
    deleteAsk: (count) => (count === 1 ? '1 Alarm löschen?' : `${count} Alarme löschen?`),
    deletedSome: (count) =>
      count === 1 ? '1 Alarm und seine Aufnahme sind gelöscht.' : `${count} Alarme und ihre Aufnahmen sind gelöscht.`,
    older: 'Ältere zeigen',
    export: 'Export',
    listenTo: (what) => `${what} anhören`,
    pauseIt: (what) => `${what} anhalten`,
    emptyTitle: 'Noch nichts',
    empty:
      'Wenn ein Melder tönt oder Glas bricht, steht es hier mit der Aufnahme. In den meisten Häusern bleibt diese Seite monatelang leer.',
    emptyFilterTitle: 'Nichts gefunden',
    emptyFilter: 'Kein Alarm passt zu diesen Filtern.',
    clearFilters: 'Alle zeigen',
    saidWrong: 'Fehlalarm',
    test: 'Test',
    late: 'Verspätet',
  },

  settings: {
    title: 'Einstellungen',
    sounds: 'Klänge',
    soundsHint: 'Worauf gehört wird und wie empfindlich',
    teach: 'Klang beibringen',
    teachHint: 'Eine Klingel oder Maschine, die immer gleich klingt',
    ignored: 'Ignorierte Klänge',
    ignoredHint: 'Klänge, die keinen Alarm mehr auslösen',
    schedule: 'Modus und Zeitplan',
    scheduleHint: 'Wann Zuhause, Unterwegs und Nacht beginnen',
    people: 'Personen',
    peopleHint: 'Wer alarmiert wird und in welcher Reihenfolge',
    channels: 'So erreicht dich Earshot',
    channelsHint: 'Telefon, ntfy und andere; Ruhezeit',
    devices: 'Geräte',
    devicesHint: 'Namen, Räume, Zustand',
    pair: 'Telefon oder Gerät koppeln',
    pairHint: 'Mit einem QR-Code',
    calls: 'Notrufe',
    callsHint: 'Die Telefonnummern, die ein Alarm zeigt',
    privacy: 'Privatsphäre und Aufnahmen',
    privacyHint: 'Was das Haus verlässt und wie lange es gespeichert wird',
    testing: 'Melder testen',
    testingHint: 'Drücke die Taste jedes Melders und sieh, wie gut er zu hören ist',
    appearance: { phone: 'Dieses Telefon', computer: 'Dieser Computer' },
    appearanceHint: 'Sprache, Farben, Abmelden',
    version: (cloud) => `Earshot ${cloud}`,
  },

  sound: {
    title: 'Klänge',
    intro: 'Rauch und CO sind immer an. Bei den anderen wählst du, in welchen Modi Earshot darauf hört.',
    listensIn: 'Aktiv bei',
    sensitivity: 'Empfindlichkeit',
    alwaysOn: 'Immer an, in jedem Modus',
    neverOn: 'In jedem Modus aus',
    meaning: (falseAlerts, missed) => `${falseAlerts} ${missed}`,
    experimental: 'Experimentell: Verlass dich nicht darauf.',
    unknown: 'Für diese Version noch nicht gemessen.',
    falseAlerts: {
      aDay: (count) => `Etwa ${count} Fehlalarme am Tag.`,
      everyDays: (days) => (days <= 1 ? 'Etwa ein Fehlalarm am Tag.' : `Etwa ein Fehlalarm in ${days} Tagen.`),
      overDays: (days) => `Weniger als ein Fehlalarm in ${days} Tagen.`,
    },
    missed: (share) => `In Tests wurden ${share} der echten Klänge überhört.`,
    missedNone: 'In Tests wurde kein echter Klang überhört.',
    measured: (release) => `Gemessen an Aufnahmen, die nicht zum Training dienten (Version ${release}).`,
  },

  schedule: {
    title: 'Modus und Zeitplan',
    now: 'Jetzt',
    changes: 'Wechsel',
    none: 'Kein Zeitplan: Der Modus wechselt nur, wenn du ihn wechselst.',
    add: 'Wechsel hinzufügen',
    at: 'Um',
    on: 'Am',
    becomes: 'wechselt der Modus zu',
    everyDay: 'jeden Tag',
    weekdays: 'Montag bis Freitag',
    weekend: 'Wochenende',
    removeIt: (what) => `Entfernen: ${what}`,
    timeZone: (zone) => `Es gilt die Uhrzeit des Zuhauses (${zone}).`,
  },

  people: {
    title: 'Personen',
    intro:
      'Wähle, wer sofort alarmiert wird, und wer erst, wenn niemand einen Rauch- oder CO-Alarm als gesehen markiert hat.',
    alertedWhen: (name) => `Wann ${name} alarmiert wird`,
    levels: (level) => (level === 0 ? 'sofort' : `nach ${level * 5} Minuten`),
    rename: 'Dein Name',
    renameHome: 'Name des Zuhauses',
    renameHomeHelp: 'Jeder Alarm zeigt diesen Namen.',
    removeAsk: (name) => `${name} entfernen?`,
    removeMeaning: 'Ihre Telefone bekommen keine Alarme mehr und sehen dieses Zuhause nicht.',
    removeIt: (name) => `${name} entfernen`,
    invite: 'Jemanden einladen',
    order: 'Personen dieses Zuhauses',
  },

  channels: {
    title: 'So erreicht dich Earshot',
    intro: 'Earshot versucht diese Wege von oben nach unten. Schlägt einer fehl, versucht Earshot den nächsten.',
    noEmail: 'Für E-Mail braucht der Server ein E-Mail-Konto: siehe docs/cloud.md, Channels.',
    automation: 'Zusätzlich geht jeder Alarm an MQTT und Webhooks.',
    none: 'Noch kann Earshot dich nicht erreichen.',
    test: 'Test senden',
    testOf: (what) => `Test senden: ${what}`,
    testSent: 'Der Test wurde gesendet. Er sollte gleich ankommen.',
    badAddress: 'Eine Adresse beginnt mit https:// oder http://, zum Beispiel https://example.org/earshot.',
    badBroker: 'Die Adresse eines Brokers beginnt mit mqtt:// oder mqtts://, zum Beispiel mqtt://192.168.1.5.',
    badPort: (port) => `Port ${port} liegt nicht zwischen 1 und 65535.`,
    moveUp: (what) => `${what} früher versuchen`,
    untested: 'noch nicht getestet',
    removeOf: (what) => `${what} entfernen`,
    kinds: { webpush: 'Telefon', webhook: 'Webhook', mqtt: 'MQTT', email: 'E-Mail', ntfy: 'ntfy' },
    state: { ok: 'funktioniert', failing: 'funktioniert nicht', gone: 'gibt es nicht mehr' },
    add: 'Weg hinzufügen',
    kind: 'Art',
    address: 'E-Mail-Adresse',
    url: 'Adresse (URL)',
    secret: 'Geheimnis, mindestens 8 Zeichen',
    token: 'Token, falls nötig',
    topic: 'Thema',
    username: 'Benutzer, falls nötig',
    password: 'Passwort, falls nötig',
    quietHours: 'Ruhezeit',
    quietHelp: 'In dieser Zeit klingeln nur Rauch- und CO-Alarme. Alles andere wartet im Verlauf.',
    from: 'Von',
    to: 'Bis',
    quietOn: 'Ruhezeit einhalten',
  },

  push: {
    title: { phone: 'Lass dieses Telefon klingeln', computer: 'Alarme auf diesem Computer zeigen' },
    reason: 'Sonst siehst du Alarme nur, solange Earshot offen ist. Earshot sendet Alarme und sonst nichts.',
    allow: 'Alarme erlauben',
    denied: 'Der Browser sperrt Mitteilungen von Earshot. Erlaube sie in den Einstellungen des Browsers.',
    unsupported: 'Dieser Browser kann hier keine Alarme empfangen.',
    failed: 'Der Push-Dienst des Browsers antwortet nicht. Prüfe die Internetverbindung und versuche es noch einmal.',
    done: {
      phone: 'Alarme sind auf diesem Telefon erlaubt.',
      computer: 'Alarme sind auf diesem Computer erlaubt.',
    },
  },

  start: {
    title: 'Erste Schritte',
    step: (at, of) => `Schritt ${at} von ${of}`,
    titles: { home: 'Wie heißt dein Zuhause?', rooms: 'Wo stehen deine Geräte?', ring: 'Lass ein Telefon klingeln' },
    homeHelp: 'Jeder Alarm zeigt diesen Namen.',
    homeExample: 'Birkenweg 4',
    roomsHelp: 'Jeder Alarm zeigt den Raum, damit du weißt, wohin du musst.',
    roomOf: (device) => `Raum von ${device}`,
    roomExample: 'Küche',
    next: 'Weiter',
    skip: 'Überspringen',
  },

  ring: {
    pushText: {
      phone: 'Dein Browser fragt um Erlaubnis. Dann klingelt sofort ein Testalarm.',
      computer: 'Dein Browser fragt um Erlaubnis. Dann erscheint sofort ein Testalarm.',
    },
    noPush:
      'Dieser Browser kann hier keine Alarme empfangen, weil die Seite kein HTTPS hat. Die kostenlose App ntfy kann dein Telefon stattdessen klingeln lassen.',
    useNtfy: 'Stattdessen die App ntfy nehmen',
    usePush: { phone: 'Stattdessen diesen Browser nehmen', computer: 'Stattdessen Alarme auf diesem Computer zeigen' },
    ntfyInstall: 'Installiere die kostenlose App „ntfy“ aus dem App-Store deines Telefons.',
    ntfyScan: 'Scanne diesen Code mit der Kamera des Telefons, um dein Thema in ntfy zu öffnen.',
    ntfyOpen: 'Öffne dein Thema in ntfy und abonniere es.',
    ntfyOpenButton: 'In ntfy öffnen',
    ntfyQr: 'QR-Code, der dein Thema in der App ntfy öffnet',
    ntfyByHand: (server) => `Oder abonniere von Hand, auf dem Server ${server}, das Thema:`,
    ntfyTest: 'Dann teste es:',
    ringNow: 'Jetzt klingeln lassen',
    ntfyPrivacy: (server) =>
      `Alarme laufen dann über ${server}, ohne Aufnahmen. Wer das Thema kennt, kann sie lesen. Behalte es für dich.`,
    notSent: (reason) => `Der Test ließ sich nicht senden: ${reason}.`,
    didItRing: 'Hat dein Telefon geklingelt?',
    sent: 'Ein Test wurde an dein Telefon gesendet. Er kommt in ein paar Sekunden an.',
    yes: 'Ja, es hat geklingelt',
    no: 'Nein',
    again: 'Noch einmal senden',
    silentTitle: 'Dein Telefon hat nicht geklingelt',
    silentHelp: {
      push: [
        'Ist das Telefon stumm oder „Nicht stören“ an? Erlaube dem Browser, auch dann zu klingeln.',
        'Erlaubt das System Mitteilungen von diesem Browser?',
        'Manche Telefone halten Browser im Hintergrund an. Dort ist die App ntfy zuverlässiger.',
      ],
      ntfy: [
        'Ist das Telefon stumm oder „Nicht stören“ an? Erlaube ntfy, auch dann zu klingeln.',
        'Steht das Thema in ntfy genau so, wie es hier steht, und beim selben Server?',
        'Schalte unter Android für das Thema „Sofortige Zustellung“ ein.',
      ],
    },
    rangTitle: 'Dein Telefon klingelt',
    rang: 'Dein Telefon klingelt, wenn zu Hause ein Rauchmelder, ein CO-Melder oder brechendes Glas zu hören ist. Teste das von Zeit zu Zeit.',
    finish: 'Fertig',
    notYetTitle: 'Noch klingelt kein Telefon',
    notYet: 'Solange kein Telefon geklingelt hat, siehst du Alarme nur, während Earshot offen ist.',
    later: 'Später',
    makeItRing: 'Ein Telefon klingeln lassen',
    anotherPhone: 'Ein Telefon klingeln lassen',
    untestedTitle: 'Dein Telefon wurde noch nicht getestet',
    untested: 'Sende dir einen Test und sag, ob er angekommen ist.',
    testIt: 'Testen',
  },

  install: {
    title: 'Earshot auf den Startbildschirm',
    reason: 'Earshot öffnet dann schneller. Ein iPhone klingelt nur, wenn Earshot auf dem Startbildschirm ist.',
    button: 'Installieren',
    ios: 'Tippe auf Teilen, dann auf „Zum Home-Bildschirm“.',
  },

  pair: {
    title: 'Koppeln',
    phone: 'Ein Telefon',
    device: 'Ein Gerät',
    phoneHelp: 'Erzeuge einen Code und scanne ihn mit der Kamera des anderen Telefons.',
    deviceHelp: 'Erzeuge einen Code und führe den Befehl auf dem Gerät aus.',
    command: (code, url) => `npx earshot device pair ${code} --cloud ${url}`,
    code: 'Code',
    qr: 'QR-Code, der die Koppelseite öffnet',
    validFor: (time) => `Gültig bis ${time}. Der Code funktioniert nur einmal.`,
    make: 'Neuen Code erzeugen',
    show: 'Was möchtest du koppeln?',
  },

  welcome: {
    title: 'Hör dein Zuhause',
    text: 'Earshot sagt dir, wenn zu Hause ein Rauchmelder, ein CO-Melder oder brechendes Glas zu hören ist.',
    code: 'Koppelcode',
    codeHelp:
      'Der Code hat 8 Zeichen. Earshot zeigt einen beim Start. Ein Telefon, das zum Zuhause gehört, erzeugt einen unter Einstellungen, Telefon oder Gerät koppeln.',
    name: 'Dein Name',
    nameHelp: 'Die anderen sehen deinen Namen, wenn du einen Alarm als gesehen markierst.',
    join: 'Dem Zuhause beitreten',
    wrongCode: 'Der Code hat 8 Buchstaben und Ziffern.',
    wrongName: 'Bitte gib deinen Namen ein.',
    joined: (home) => `Willkommen in ${home}.`,
    privacy: 'Was verlässt das Haus?',
  },

  calls: {
    title: 'Notrufe',
    intro: 'Ein Alarm zeigt diese Nummern als Knöpfe. Earshot ruft niemanden von selbst an.',
    number: 'Notrufnummer',
    contact: 'Jemand in der Nähe',
    contactHelp: 'Zum Beispiel die Nachbarin mit dem Schlüssel.',
    phone: 'Telefonnummer',
    digits: 'Nur Ziffern, zum Beispiel 112 oder +49 30 123456.',
  },

  alarmTest: {
    title: 'Melder testen',
    intro: 'Geh zu einem Melder nach dem anderen. Solange der Test läuft, zählen Alarme als Test und wecken niemanden.',
    start: (where) => `Hier testen: ${where}`,
    press: 'Halte die Prüftaste des Melders gedrückt, bis er 15 Sekunden lang getönt hat.',
    listening: 'Earshot hört auf den Melder.',
    notHeard: 'Eine Minute lang war nichts zu hören. Halte die Taste länger oder stelle das Gerät näher an den Melder.',
    heard: (seconds) => `nach ${seconds} s gehört`,
    above: (db) => `${db} dB lauter als der Raum`,
    reported: (seconds) => `in ${seconds} s gemeldet`,
    never: 'Noch nicht getestet.',
    done: 'Fertig',
    reminder: 'Jeden Monat erinnern',
    reminderHint: 'Ein stiller Hinweis, wenn ein Gerät 30 Tage lang keinen Test gehört hat.',
  },

  phone: {
    title: { phone: 'Dieses Telefon', computer: 'Dieser Computer' },
    language: 'Sprache',
    colours: 'Farben',
    system: 'Automatisch',
    light: 'Hell',
    dark: 'Dunkel',
    leave: 'Hier abmelden',
    leaveAsk: 'Abmelden?',
    leaveMeaning: 'Hier kommen keine Alarme mehr an. Zum Zurückkommen brauchst du einen neuen Code.',
  },

  privacy: {
    title: 'Privatsphäre und Aufnahmen',
    lead: 'Dein Zuhause wird nicht aufgezeichnet.',
    listens: 'Was das Gerät den ganzen Tag tut',
    listensText:
      'Das Gerät behält nur die letzten 20 Sekunden Ton, im Arbeitsspeicher, und überschreibt sie immer wieder. Es speichert und sendet sie nicht, außer während jemand aus diesem Zuhause live zuhört.',
    leaves: 'Was das Haus verlässt, und wann',
    leavesIntro: 'Nur wenn das Gerät einen Klang vermutet, den du eingeschaltet hast, sendet es:',
    leavesItems: [
      'eine Aufnahme: von einigen Sekunden vor dem Klang, bis das Gerät ihn erkannt hat, oder bis zu vier Sekunden länger; höchstens eine Minute',
      'welchen Klang es vermutet, wie sicher es ist, Tonmuster und Tonhöhe, die anderen Messwerte, die zu seiner Entscheidung führten (zum Beispiel wie laut der Klang war und wie lange er dauerte), und die Uhrzeit',
      'einen Fingerabdruck des Klangs: 144 Zahlen, mit denen Earshot ähnliche Klänge wiedererkennt, aus denen sich aber keine Sprache wiederherstellen lässt',
      'den Namen des Geräts und seinen Raum',
    ],
    leavesSamples:
      'Wenn du „Beinahe erkannte Klänge“ einschaltest, sendet das Gerät auch einige Klänge, die es beinahe gemeldet hat.',
    fingerprints: 'Wie lange Fingerabdrücke bleiben',
    fingerprintsText:
      'Der Fingerabdruck wird zusammen mit der Aufnahme gelöscht. Wenn du einen Alarm als Fehlalarm markierst, behält Earshot den Fingerabdruck seines Klangs, um ähnliche Klänge zu ignorieren, auch nachdem du den Alarm oder seine Aufnahme gelöscht hast. Er wird gelöscht, wenn du den Klang aus „Ignorierte Klänge“ entfernst, die Markierung zurücknimmst oder das Zuhause löschst.',
    always: 'Was ständig gesendet wird',
    alwaysText:
      'Alle 5 Sekunden sendet das Gerät eine kurze Meldung: Version der Software, Auslastung, Lautstärke als einzelne Zahl und ob das Mikrofon funktioniert. Solange die App offen ist: welche Klänge das Gerät zu hören glaubt. Der Ton selbst wird nicht gesendet.',
    rejected: 'Wenn die zweite Prüfung keinen Alarm findet',
    rejectedText: 'Dann wird die Aufnahme sofort gelöscht, außer du hast „Beim Verbessern helfen“ eingeschaltet.',
    who: 'Wer zuhören kann',
    whoText:
      'Nur die Personen dieses Zuhauses, mit einem Link, der wenige Minuten gilt. Die Betreiber dieser Cloud können eine Aufnahme nur hören, wenn jemand aus diesem Zuhause sie für sie freigibt. Diese App enthält keine Werbung und kein Tracking.',
    liveText:
      'Die Personen dieses Zuhauses können einen Raum auch live hören, wenn du es unten erlaubst. Alle sehen, wer gerade zuhört und wer wann zugehört hat. Der Ton wird nach einer Minute gelöscht.',
    retention: 'Aufnahmen behalten für',
    retentionDays: (days) => (days === 1 ? '1 Tag' : `${days} Tage`),
    improve: 'Beim Verbessern helfen',
    improveText:
      'Aufnahmen von Fehlalarmen werden behalten und dürfen zum Training besserer Modelle dienen. Aus, solange du es nicht einschaltest.',
    yours: 'Deine Daten',
    exportAll: 'Alles exportieren',
    exportText: 'Einstellungen, Personen, Geräte und Alarme mit ihren Erklärungen, in einer Datei.',
    deleteAll: 'Alles löschen',
    deleteAsk: 'Dieses Zuhause löschen?',
    deleteMeaning:
      'Alle Aufnahmen, Alarme, Geräte und Personen dieses Zuhauses werden sofort gelöscht. Geräte melden nichts mehr. Das lässt sich nicht rückgängig machen.',
    deleteType: (word) => `Schreibe ${word} zur Bestätigung`,
    deleted: 'Alles ist gelöscht.',
  },

  notification: {
    title: (step, sound, place, test) => {
      const what = place ? `${sound} · ${place}` : sound;
      if (test) return `Test: ${what}`;
      if (step === 'all_clear') return `Vorbei: ${what}`;
      if (step === 'update:rejected') return `Wohl kein Alarm: ${what}`;
      if (step === 'update:confirmed') return `Bestätigt: ${what}`;
      if (step.startsWith('marked_false')) return `Fehlalarm: ${what}`;
      if (step.startsWith('repeat')) return `Noch offen: ${what}`;
      if (step.startsWith('escalated')) return `Niemand reagiert: ${what}`;
      return what;
    },
    markedFalse: 'Jemand aus dem Haushalt hat den Alarm als Fehlalarm markiert. Es folgen keine Erinnerungen.',
    listen: 'Anhören',
    acknowledge: 'Gesehen',
  },

  cadence(cadence, number, heard) {
    const pitch = cadence.toneHz === null ? '' : kHz(cadence.toneHz, number);
    const tone = pitch && ` bei ${pitch}`;
    const range = rangeText(pitchRangeOf(cadence), number, heard);
    const on = cadence.onS > 0 ? ` von ${length(cadence.onS, number)}` : '';
    if (isSingleGroup(cadence)) return 'Bisher Töne ohne klaren Rhythmus.';
    switch (cadence.pattern) {
      case 't3':
        return `${isUnclear(cadence) ? 'Klänge im Rhythmus von drei Tönen' : 'Drei Töne'}${on}${range}, und wieder.`;
      case 't4':
        return `${isUnclear(cadence) ? 'Klänge im Rhythmus von vier kurzen Tönen' : 'Vier kurze Töne'}${on}${range}, und wieder.`;
      case 'steady':
        return `Gleichmäßige Töne${on}${tone}, mindestens ${cadence.beeps}.`;
      case 'fast':
        return `Schnelle Töne${on}${tone}, mindestens ${cadence.beeps}.`;
      case 'sweep':
        return `Eine Sirene, die${pitch && ` um ${pitch}`} auf- und abgeht${cadence.periodS === null ? '' : `, alle ${number(cadence.periodS, 1)} s`}.`;
      case 'continuous':
        return `Ein langer Ton${tone}.`;
      case 'chirp':
        return `Ein einzelnes kurzes Piepen${tone}${cadence.periodS === null ? '' : `, alle ${number(cadence.periodS, 0)} Sekunden`}.`;
      case 'none':
        if (cadence.beeps === 0) return null;
        if (cadence.beeps > 3) return `Töne${tone} ohne regelmäßiges Muster.`;
        return `Bisher ${['ein Ton', 'zwei Töne', 'drei Töne'][cadence.beeps - 1]}${on}${tone}.`;
    }
  },
  heard(sound, number) {
    const range = rangeText([sound.lowHz, sound.highHz], number, sound);
    if (sound.isTone) return `${sound.isBroken ? 'Töne' : 'Ein Ton'}${range}.`;
    const sudden = sound.isSudden ? 'plötzlicher ' : '';
    const mostly = mostlyText(rangesOf(sound), number);
    switch (heightOf(sound)) {
      case 'low':
        return `Ein ${sudden}tiefer Klang (${mostly}).`;
      case 'high':
        return `Ein ${sudden}hoher Klang (${mostly}).`;
      case 'low and high':
        return `Ein ${sudden}Klang mit tiefen und hohen Anteilen (${mostly}).`;
      case 'medium':
        return `Ein ${sudden}Klang, weder tief noch hoch (${mostly}).`;
      case 'unclear':
        return `Ein ${sudden}Klang (${mostly}).`;
    }
  },
};

function rangeText(
  rangeHz: readonly [number, number] | null,
  number: (value: number, digits: number) => string,
  heard?: HeardSound | null,
): string {
  if (rangeHz === null) return '';
  const { from, to } = rangeOf(rangeHz, (hz) => kHz(hz, number));
  return to === null
    ? `${isOnlyTone(heard) ? '' : ', am lautesten'} bei ${from}`
    : `, vor allem zwischen ${from} und ${to}`;
}

function mostlyText(rangesHz: readonly [number, number][], number: (value: number, digits: number) => string): string {
  const ranges = rangesHz.map((rangeHz) => {
    const { from, to } = rangeOf(rangeHz, (hz) => number(hz / 1000, 1));
    return to === null ? from : `${from} bis ${to}`;
  });
  return `vor allem ${ranges.join(' und ')} kHz`;
}

/**
 * Whether one decimal is enough: 0.1 s is shown as "0.1 s", but 0.08 s with two decimals, so that it is not rounded to
 * 0.1 s.
 */
const isTenths = (seconds: number): boolean => Math.abs(seconds * 10 - Math.round(seconds * 10)) < 0.15;

function length(seconds: number, number: (value: number, digits: number) => string): string {
  return isHalfASecond(seconds) ? 'etwa einer halben Sekunde' : `${number(seconds, isTenths(seconds) ? 1 : 2)} s`;
}
