import { cameAgain } from '@earshot/shared/cadence/explain.ts';
import type { Words } from './en.ts';

/** Deutsch, per du: nachts um drei siezt man niemanden. */
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
    device_silent: 'Gerät schweigt',
    microphone_deaf: 'Mikrofon hört nichts',
    outbox_filling: 'Klänge warten auf Versand',
  },
  soundLong: { co_alarm: 'Kohlenmonoxid' },
  advice: {
    smoke_alarm: 'Alle raus. Dann anrufen.',
    co_alarm: 'Alle ins Freie. Dann anrufen.',
    glass_break: 'Bleib in Sicherheit. Erst hören, dann nachsehen.',
    low_battery_chirp: 'Einer deiner Melder braucht eine neue Batterie.',
  },
  soundsLike: {
    smoke_alarm: 'Es klingt nach einem Rauchmelder; Töne ließen sich nicht zählen.',
    co_alarm: 'Es klingt nach einem CO-Melder; Töne ließen sich nicht zählen.',
    low_battery_chirp: 'Es klingt nach dem Piepen einer leeren Batterie.',
    glass_break: 'Es klingt nach brechendem Glas.',
    footsteps: 'Es klingt nach Schritten.',
    door: 'Es klingt nach einer Tür.',
    dog_bark: 'Es klingt nach einem bellenden Hund.',
    baby_cry: 'Es klingt nach einem weinenden Baby.',
  },
  notices: {
    device_silent: 'Seit zehn Minuten kein Lebenszeichen. Prüfe Strom und Netz.',
    microphone_deaf: 'Es hört nichts. Prüfe Mikrofon und Kabel; seine Seite sagt mehr.',
    outbox_filling: 'Es hat mehr aufgehoben, als es senden kann. Prüfe sein Netz; es sendet alles später.',
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
    rejected: 'Kein echter Alarm',
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
    offlineSince: (time) => `Keine Verbindung. Du siehst den Stand von ${time}.`,
    offlineHelp:
      'Das Gerät zu Hause hört weiter und löst seine eigene Sirene aus. Alarme erreichen dich, sobald die Verbindung wieder da ist.',
    notDone: 'Das hat nicht geklappt.',
    gone: 'Das gibt es nicht mehr.',
    unreachable: 'Earshot ist nicht erreichbar. Prüfe die Verbindung dieses Telefons.',
    noPage: 'Diese Seite gibt es nicht.',
  },

  alert: {
    now: (sound) => `${sound}, jetzt`,
    stillSounding: 'tönt noch',
    over: (time) => `verstummt um ${time}`,
    began: (time) => `seit ${time}`,
    late: 'Verspätet zugestellt: Das Zuhause hatte keine Verbindung.',
    test: 'Probe',
    testMeaning: 'Eine Probe. Niemand wurde geweckt.',
    why: 'Warum Earshot das meint',
    heardBy: (count) => `von ${count} Geräten gehört`,
    deviceScore: 'Zu Hause',
    verifierScore: 'Zweite Prüfung',
    notChecked: 'noch nicht',
    sure: (percent) => `${percent} sicher`,
    acknowledge: 'Gesehen',
    acknowledgeMeaning: 'Beendet die Erinnerungen, sagt es den anderen',
    acknowledgedBy: (name, time) => `${name} hat es um ${time} gesehen`,
    undo: 'Rückgängig',
    callEmergency: (number) => `${number} anrufen`,
    callContact: (name) => `${name} anrufen`,
    wasItRight: 'War das richtig?',
    right: 'Ja, war es',
    wrong: 'Nein, Fehlalarm',
    thanks: (who, right) => (right ? `${who} sagt: Es war richtig.` : `${who} sagt: Fehlalarm.`),
    delete: 'Diesen Alarm und seinen Ton löschen',
    deleteAsk: 'Diesen Alarm löschen?',
    deleteMeaning: 'Die Aufnahme wird sofort überall gelöscht. Das lässt sich nicht rückgängig machen.',
    deleted: 'Gelöscht, mit dem Ton.',
    notFound: 'Diesen Alarm gibt es nicht',
    notFoundHelp: 'Er wurde gelöscht oder gehört zu einem anderen Zuhause.',
    acknowledgedToast: 'Gesehen. Die anderen wissen es.',
    unacknowledgedToast: 'Wieder offen.',
  },

  clip: {
    play: 'Anhören',
    pause: 'Pause',
    position: 'Stelle in der Aufnahme',
    seconds: (at, of) => `${at} von ${of} Sekunden`,
    picture: (from, to, of) =>
      `Lautstärke und Tonhöhe der aufgenommenen ${of} Sekunden. Das Ereignis reicht von Sekunde ${from} bis ${to}.`,
    event: 'hier gehört',
    awaited: 'Die Aufnahme ist unterwegs.',
    missing: 'Die Aufnahme ist nie angekommen.',
    deleted: 'Die Aufnahme wurde gelöscht.',
    shed: 'Das Gerät hatte keinen Platz mehr für die Aufnahme.',
    unreadable: 'Die Aufnahme ist nicht lesbar.',
    none: 'Es gibt keine Aufnahme.',
  },

  home: {
    quiet: 'Alles ruhig',
    alerting: (count) => (count === 1 ? 'Ein Alarm' : `${count} Alarme`),
    quietSince: (when) => `Letzter Alarm ${when}.`,
    quietEver: 'Bisher nichts gehört. Earshot hört zu.',
    nobodyListens: 'Niemand hört zu',
    nobodyListensHelp: 'Kein Gerät ist mit diesem Zuhause verbunden.',
    days: 'Die letzten 99 Tage',
    daysText: (quiet, alerts) =>
      `In den letzten 99 Tagen: ${quiet} ${quiet === 1 ? 'ruhiger Tag' : 'ruhige Tage'}, ${alerts} mit Alarm.`,
    mode: 'Modus',
    schedule: 'Zeitplan',
    next: (mode, time) => `${mode} um ${time}`,
    devices: 'Geräte',
    testing: (time) => `Probe bis ${time}. Alarme wecken niemanden.`,
    testStop: 'Probe beenden',
    open: 'Öffnen',
  },

  device: {
    listening: 'Hört zu',
    offline: 'Nicht verbunden',
    never: 'War nie verbunden',
    lastSign: 'Letztes Lebenszeichen',
    lastSeen: (when) => `Letztes Lebenszeichen ${when}`,
    level: 'Lautstärke',
    levelText: (db) => `${db} Dezibel`,
    silent: 'kein Ton',
    hearsNow: 'Was es gerade hört',
    hearsHelp: 'Drücke die Prüftaste des Melders und sieh zu. Stelle das Gerät dorthin, wo der Balken am längsten ist.',
    hearsNothing: 'Nichts, was es kennt.',
    microphone: 'Mikrofon',
    mic: { healthy: 'Hört gut', deaf: 'Hört nichts', recovering: 'Wird besser', failed: 'Defekt' },
    reasons: {
      all_zero: 'es kommt nur Stille an',
      stuck_dc: 'das Signal steht still',
      clipped: 'es ist zu laut',
      wrong_rate: 'der Ton hat die falsche Geschwindigkeit',
      muted: 'es ist stumm geschaltet',
      silent_child: 'der Rekorder liefert nichts',
      unplugged: 'es ist ausgesteckt',
    },
    software: 'Software',
    release: 'Klangmodell',
    releaseState: {
      running: 'aktuell',
      updating: 'wird erneuert',
      rolled_back: 'ist zum vorigen zurückgekehrt',
      refused: 'hat eine Erneuerung abgelehnt',
    },
    load: 'Auslastung',
    waiting: 'Wartet auf Versand',
    records: (count) => (count === 1 ? '1 Ereignis' : `${count} Ereignisse`),
    nothingWaits: 'nichts',
    settingsOld: 'hat die neuesten Einstellungen noch nicht',
    settingsNew: 'hat die neuesten Einstellungen',
    settingsLabel: 'Einstellungen',
    remove: 'Dieses Gerät entfernen',
    removeAsk: (name) => `${name} entfernen?`,
    removeMeaning: 'Es hört nicht mehr für dieses Zuhause. Du kannst es später wieder koppeln.',
    removed: 'Entfernt.',
    none: 'Noch kein Gerät',
    noneHelp: 'Kopple das Kästchen mit dem Mikrofon, dann hört es zu.',
    pair: 'Gerät koppeln',
  },

  history: {
    title: 'Verlauf',
    all: 'Alle',
    sound: 'Klang',
    verdict: 'Urteil',
    device: 'Gerät',
    today: 'Heute',
    yesterday: 'Gestern',
    select: 'Auswählen',
    selectOne: (what) => `${what} auswählen`,
    done: 'Fertig',
    deleteSome: (count) => (count === 1 ? '1 Alarm löschen' : `${count} Alarme löschen`),
    deleteAsk: (count) => (count === 1 ? '1 Alarm löschen?' : `${count} Alarme löschen?`),
    deletedSome: (count) => (count === 1 ? '1 Alarm gelöscht, mit Ton.' : `${count} Alarme gelöscht, mit Ton.`),
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
    test: 'Probe',
    late: 'Verspätet',
  },

  settings: {
    title: 'Einstellungen',
    sounds: 'Klänge',
    soundsHint: 'Worauf gehört wird und wie genau',
    schedule: 'Modus und Zeitplan',
    scheduleHint: 'Wann Zuhause, Unterwegs und Nacht beginnen',
    people: 'Personen',
    peopleHint: 'Wem es gesagt wird und in welcher Reihenfolge',
    channels: 'So erreichen wir dich',
    channelsHint: 'Telefon, E-Mail und andere; Ruhezeit',
    devices: 'Geräte',
    devicesHint: 'Namen, Räume, Zustand',
    pair: 'Telefon oder Gerät koppeln',
    pairHint: 'Mit einem QR-Code',
    calls: 'Notrufe',
    callsHint: 'Die Nummern, die ein Alarm anbietet',
    privacy: 'Privatsphäre und Aufnahmen',
    privacyHint: 'Was das Haus verlässt und wie lange es bleibt',
    testing: 'Melder proben',
    testingHint: '30 Minuten lang zählen Alarme als Probe. Den Knopf am Melder zehn Sekunden halten.',
    appearance: 'Dieses Telefon',
    appearanceHint: 'Sprache, Farben, Abmelden',
    version: (cloud) => `Earshot ${cloud}`,
  },

  sound: {
    title: 'Klänge',
    intro: 'Rauch und CO sind immer an. Bei den anderen wählst du, in welchen Modi sie zählen.',
    listensIn: 'Hört zu bei',
    sensitivity: 'Empfindlichkeit',
    alwaysOn: 'Immer an, in jedem Modus',
    neverOn: 'In jedem Modus aus',
    meaning: (days, missed) => `Etwa ein Fehlalarm ${days}; überhört von den echten ${missed}.`,
    unknown: 'Für diesen Stand noch nicht gemessen.',
    everyDays: (days) => (days <= 1 ? 'am Tag' : `in ${days} Tagen`),
    timesADay: (times) => `jeden Tag (${times})`,
    overDays: (days) => `in mehr als ${days} Tagen`,
    missNone: 'keinen',
    measured: (release) => `Gemessen an Klängen, aus denen das Modell nie gelernt hat (Stand ${release}).`,
  },

  schedule: {
    title: 'Modus und Zeitplan',
    now: 'Jetzt',
    changes: 'Wechsel',
    none: 'Kein Zeitplan: Der Modus wechselt nur, wenn du ihn wechselst.',
    add: 'Wechsel hinzufügen',
    at: 'Um',
    on: 'Am',
    becomes: 'wird der Modus',
    everyDay: 'jeden Tag',
    weekdays: 'Montag bis Freitag',
    weekend: 'Wochenende',
    removeIt: (what) => `Entfernen: ${what}`,
    timeZone: (zone) => `Es gilt die Uhrzeit des Zuhauses (${zone}).`,
  },

  people: {
    title: 'Personen',
    intro: 'Wer von einem Alarm sofort erfährt, und wer, wenn niemand einen Rauch- oder CO-Alarm gesehen hat.',
    told: (name) => `Wann ${name} davon erfährt`,
    levels: (level) => (level === 0 ? 'sofort' : `nach ${level * 5} Minuten`),
    rename: 'Dein Name',
    renameHome: 'Name des Zuhauses',
    renameHomeHelp: 'Er steht in jedem Alarm.',
    removeAsk: (name) => `${name} entfernen?`,
    removeMeaning: 'Ihre Telefone bekommen keine Alarme mehr und sehen dieses Zuhause nicht.',
    removeIt: (name) => `${name} entfernen`,
    invite: 'Jemanden einladen',
    order: 'Personen dieses Zuhauses',
  },

  channels: {
    title: 'So erreichen wir dich',
    intro: 'In dieser Reihenfolge; schlägt einer fehl, übernimmt der nächste.',
    none: 'Noch erreicht dich Earshot nicht. Erlaube Alarme auf diesem Telefon oder füge einen anderen Weg hinzu.',
    test: 'Probe senden',
    testOf: (what) => `Probe senden: ${what}`,
    testSent: 'Gesendet. Gleich sollte sie da sein.',
    removeOf: (what) => `${what} entfernen`,
    kinds: { webpush: 'Telefon', webhook: 'Webhook', mqtt: 'MQTT', email: 'E-Mail', ntfy: 'ntfy' },
    state: { ok: 'geht', failing: 'schlägt fehl', gone: 'weg' },
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
    title: 'Lass dieses Telefon klingeln',
    reason: 'Sonst siehst du Alarme nur, wenn du Earshot öffnest. Für nichts anderes wird es benutzt.',
    allow: 'Alarme erlauben',
    denied:
      'Alarme sind auf diesem Telefon gesperrt. Erlaube Mitteilungen für Earshot in den Einstellungen des Browsers.',
    unsupported:
      'Dieser Browser kann keine Alarme empfangen. Installiere zuerst Earshot oder nimm einen anderen Browser.',
    failed: 'Der Push-Dienst des Telefons antwortet nicht. Prüfe die Verbindung und versuche es noch einmal.',
    done: 'Dieses Telefon klingelt jetzt.',
  },

  install: {
    title: 'Earshot auf den Startbildschirm',
    reason: 'So öffnet es schneller und kann auch auf iPhones klingeln.',
    button: 'Installieren',
    ios: 'Tippe auf Teilen, dann auf „Zum Home-Bildschirm“.',
  },

  pair: {
    title: 'Koppeln',
    phone: 'Ein Telefon',
    device: 'Ein Gerät',
    phoneHelp: 'Lies das mit der Kamera des anderen Telefons. Es kommt in dieses Zuhause.',
    deviceHelp: 'Führe auf dem Gerät diesen Befehl aus. Es kommt in dieses Zuhause.',
    command: (code, url) => `npx earshot device pair ${code} --cloud ${url}`,
    code: 'Code',
    qr: 'QR-Code, der die Koppelseite öffnet',
    validFor: (time) => `Gültig bis ${time}, für ein Mal.`,
    make: 'Neuen Code erzeugen',
    show: 'Was kommt hinzu?',
  },

  welcome: {
    title: 'Hör dein Zuhause',
    text: 'Earshot sagt dir, wenn zu Hause ein Rauchmelder, ein CO-Melder oder brechendes Glas zu hören ist.',
    code: 'Koppelcode',
    codeHelp: '8 Zeichen. Das Gerät zeigt ihn beim Start; ein gekoppeltes Telefon erzeugt ihn unter Einstellungen.',
    name: 'Dein Name',
    nameHelp: 'Damit die anderen sehen, wer es gesehen hat.',
    join: 'Dem Zuhause beitreten',
    wrongCode: 'Der Code hat 8 Buchstaben und Ziffern.',
    wrongName: 'Sag bitte, wer du bist.',
    joined: (home) => `Willkommen in ${home}.`,
    privacy: 'Was verlässt das Haus?',
  },

  calls: {
    title: 'Notrufe',
    intro: 'Ein Alarm zeigt sie als Knöpfe. Earshot ruft nie von selbst an.',
    number: 'Notrufnummer',
    contact: 'Jemand in der Nähe',
    contactHelp: 'Zum Beispiel die Nachbarin mit dem Schlüssel.',
    phone: 'Telefonnummer',
  },

  testing: {
    start: 'Probe beginnen',
    started: (time) => `Probe bis ${time}.`,
    stopped: 'Die Probe ist vorbei. Alarme sind wieder echt.',
  },

  phone: {
    title: 'Dieses Telefon',
    language: 'Sprache',
    colours: 'Farben',
    system: 'Wie das Telefon',
    light: 'Hell',
    dark: 'Dunkel',
    leave: 'Auf diesem Telefon abmelden',
    leaveAsk: 'Abmelden?',
    leaveMeaning: 'Dieses Telefon bekommt keine Alarme mehr. Zum Zurückkommen brauchst du einen neuen Code.',
  },

  privacy: {
    title: 'Privatsphäre und Aufnahmen',
    lead: 'Dein Zuhause wird nicht aufgezeichnet.',
    listens: 'Was das Gerät den ganzen Tag tut',
    listensText:
      'Es hört im Arbeitsspeicher. Die letzten 20 Sekunden werden immer wieder überschrieben; nie auf eine Platte geschrieben, nie gesendet.',
    leaves: 'Was das Haus verlässt, und wann',
    leavesIntro: 'Nur wenn ein Klang vermutet wird, den du eingeschaltet hast:',
    leavesItems: [
      'die Aufnahme dieses Augenblicks: einige Sekunden davor bis zum Erkennen, höchstens eine Minute',
      'wofür der Klang gehalten wurde, wie sicher, sein Muster und seine Tonhöhe, und die Zeit',
      'der Name des Geräts und sein Raum',
    ],
    always: 'Was ständig gesendet wird',
    alwaysText:
      'Alle 5 Sekunden ein Lebenszeichen: Stand der Software, Auslastung, Lautstärke als einzelne Zahl, ob das Mikrofon geht. Solange du die Seite eines Geräts ansiehst: welche Klänge es für möglich hält. Nie Ton.',
    rejected: 'Wenn die zweite Prüfung Nein sagt',
    rejectedText: 'Dann wird die Aufnahme im selben Augenblick gelöscht, außer du hilfst beim Verbessern.',
    who: 'Wer zuhören kann',
    whoText:
      'Die Personen dieses Zuhauses, mit einem Link, der Minuten gilt. Sonst niemand; diese App enthält keine Werbung und keine Verfolger.',
    retention: 'Aufnahmen behalten für',
    retentionDays: (days) => (days === 1 ? '1 Tag' : `${days} Tage`),
    improve: 'Beim Verbessern helfen',
    improveText:
      'Irrtümliche Aufnahmen werden behalten und dürfen bessere Modelle trainieren. Aus, solange du es nicht einschaltest.',
    yours: 'Deins',
    exportAll: 'Alles exportieren',
    exportText: 'Einstellungen, Personen, Geräte, Alarme und ihre Erklärungen in einer Datei.',
    deleteAll: 'Alles löschen',
    deleteAsk: 'Dieses Zuhause löschen?',
    deleteMeaning:
      'Alle Aufnahmen, Alarme, Geräte und Personen dieses Zuhauses werden sofort gelöscht. Geräte melden nichts mehr. Das lässt sich nicht rückgängig machen.',
    deleteType: (word) => `Schreibe ${word}, um fortzufahren`,
    deleted: 'Alles ist gelöscht.',
  },

  notification: {
    title: (step, sound, place, test) => {
      const what = place ? `${sound} · ${place}` : sound;
      if (test) return `Probe: ${what}`;
      if (step === 'all_clear') return `Vorbei: ${what}`;
      if (step === 'update:rejected') return `Wohl kein Alarm: ${what}`;
      if (step === 'update:confirmed') return `Bestätigt: ${what}`;
      if (step.startsWith('repeat')) return `Noch offen: ${what}`;
      if (step.startsWith('escalated')) return `Niemand reagiert: ${what}`;
      return what;
    },
    listen: 'Anhören',
    acknowledge: 'Gesehen',
  },

  cadence(cadence, number) {
    const tone = cadence.toneHz === null ? '' : ` bei ${number(cadence.toneHz / 1000, 1)} kHz`;
    const times = cadence.groups > 1 ? `, ${count(cadence.groups)}` : cameAgain(cadence) ? ', und wieder' : '';
    const on = cadence.onS > 0 ? ` von ${length(cadence.onS, number)}` : '';
    switch (cadence.pattern) {
      case 't3':
        return `Drei Töne${on}${tone}${times}.`;
      case 't4':
        return `Vier kurze Töne${on}${tone}${times}.`;
      case 'steady':
        return `Gleichmäßige Töne${on}${tone}, ${cadence.beeps} Stück.`;
      case 'fast':
        return `Schnelle Töne${on}${tone}, ${cadence.beeps} Stück.`;
      case 'sweep':
        return `Eine Sirene, die auf- und abgeht${tone}, ${cadence.beeps}-mal.`;
      case 'continuous':
        return `Ein langer Ton${tone}.`;
      case 'chirp':
        return `Ein einzelnes kurzes Piepen${tone}${cadence.periodS === null ? '' : `, alle ${number(cadence.periodS, 0)} Sekunden`}.`;
      case 'none':
        if (cadence.beeps === 0) return null;
        if (cadence.beeps > 3) return `Töne${tone} ohne festes Muster.`;
        return `Bisher ${['ein Ton', 'zwei Töne', 'drei Töne'][cadence.beeps - 1]}${on}${tone}.`;
    }
  },
};

function count(groups: number): string {
  const words = ['', 'einmal', 'zweimal', 'dreimal', 'viermal', 'fünfmal', 'sechsmal'];
  return words[groups] ?? `${groups}-mal`;
}

/** 0.1 s is not told as 0.10 s, nor 0.08 s as 0.1 s. */
const isTenths = (seconds: number): boolean => Math.abs(seconds * 10 - Math.round(seconds * 10)) < 0.15;

function length(seconds: number, number: (value: number, digits: number) => string): string {
  return Math.abs(seconds - 0.5) < 0.05 ? 'einer halben Sekunde' : `${number(seconds, isTenths(seconds) ? 1 : 2)} s`;
}
