import { cameAgain } from '@earshot/shared/cadence/explain.ts';
import type { Cadence } from '@earshot/shared/contracts/candidate.ts';

/** Every string of the app. de.ts has the same shape; the compiler says what is missing. */
export const en = {
  language: 'English',
  appName: 'Earshot',

  sounds: {
    smoke_alarm: 'Smoke alarm',
    co_alarm: 'CO alarm',
    low_battery_chirp: 'Low battery chirp',
    glass_break: 'Breaking glass',
    footsteps: 'Footsteps',
    door: 'Door',
    dog_bark: 'Dog barking',
    baby_cry: 'Baby crying',
    device_silent: 'Device silent',
    microphone_deaf: 'Microphone hears nothing',
    outbox_filling: 'Sounds wait to be sent',
  } as Record<string, string>,
  soundLong: { co_alarm: 'Carbon monoxide' } as Record<string, string>,
  /** What to do, for the sounds where every second counts. */
  advice: {
    smoke_alarm: 'Get everyone out. Then call.',
    co_alarm: 'Go outside, everyone. Then call.',
    glass_break: 'Stay safe. Listen before you look.',
    low_battery_chirp: 'One of your alarms needs a new battery.',
  } as Record<string, string>,
  /** Why, where no beeps were counted. */
  soundsLike: {
    smoke_alarm: 'It sounds like a smoke alarm; no beeps could be counted.',
    co_alarm: 'It sounds like a CO alarm; no beeps could be counted.',
    low_battery_chirp: 'It sounds like the chirp of a low battery.',
    glass_break: 'It sounds like breaking glass.',
    footsteps: 'It sounds like footsteps.',
    door: 'It sounds like a door.',
    dog_bark: 'It sounds like a barking dog.',
    baby_cry: 'It sounds like a crying baby.',
  } as Record<string, string>,
  /** What is no sound: what it means, and what to do. */
  notices: {
    device_silent: 'It has sent no sign of life for ten minutes. Check its power and its network.',
    microphone_deaf: 'It hears nothing. Check the microphone and its cable; its page says more.',
    outbox_filling: 'It has kept more than it can send. Check its network; it sends everything later.',
  } as Record<string, string>,

  modes: { home: 'Home', away: 'Away', night: 'Night' },
  modeMeaning: {
    home: 'Someone is at home',
    away: 'Nobody is at home',
    night: 'Everyone is asleep',
  },
  levels: { low: 'Low', medium: 'Medium', high: 'High' },
  verdicts: {
    pending: 'Checking now',
    unverified: 'Not verified yet',
    confirmed: 'Verified',
    rejected: 'Not a real one',
  },
  states: { open: 'Open', acknowledged: 'Acknowledged', cleared: 'Over' },

  nav: { label: 'Main', home: 'Home', history: 'History', settings: 'Settings', skip: 'Skip to content' },

  common: {
    back: 'Back',
    cancel: 'Cancel',
    save: 'Save',
    saved: 'Saved',
    remove: 'Remove',
    delete: 'Delete',
    add: 'Add',
    close: 'Close',
    retry: 'Try again',
    loading: 'One moment',
    notNow: 'Not now',
    on: 'On',
    off: 'Off',
    none: 'None',
    always: 'Always',
    name: 'Name',
    room: 'Room',
    you: 'you',
  },

  problems: {
    offline: 'No connection',
    offlineSince: (time: string) => `No connection. What you see is from ${time}.`,
    offlineHelp:
      'The device at home still listens and sounds its own siren. Alerts reach you as soon as the connection is back.',
    notDone: 'That did not work.',
    gone: 'It is not there any more.',
    unreachable: 'Earshot cannot be reached. Check this phone’s connection.',
    noPage: 'There is no such page.',
  },

  alert: {
    now: (sound: string) => `${sound}, now`,
    stillSounding: 'still sounding',
    over: (time: string) => `stopped ${time}`,
    began: (time: string) => `since ${time}`,
    late: 'Delivered late: the home had no connection.',
    test: 'Test',
    testMeaning: 'A test. Nobody was woken.',
    why: 'Why Earshot thinks so',
    heardBy: (count: number) => `heard by ${count} devices`,
    deviceScore: 'At home',
    verifierScore: 'Second check',
    notChecked: 'not yet',
    sure: (percent: string) => `${percent} sure`,
    acknowledge: 'Acknowledge',
    acknowledgeMeaning: 'Stops the reminders, tells the others',
    acknowledgedBy: (name: string, time: string) => `${name} acknowledged at ${time}`,
    undo: 'Undo',
    callEmergency: (number: string) => `Call ${number}`,
    callContact: (name: string) => `Call ${name}`,
    wasItRight: 'Was it right?',
    right: 'Yes, it was',
    wrong: 'No, false alert',
    thanks: (who: string, right: boolean) => (right ? `${who} said: it was right.` : `${who} said: false alert.`),
    delete: 'Delete this alert and its sound',
    deleteAsk: 'Delete this alert?',
    deleteMeaning: 'The recording is erased everywhere at once. This cannot be undone.',
    deleted: 'Deleted, with its sound.',
    notFound: 'This alert is not there',
    notFoundHelp: 'It was deleted, or it belongs to another home.',
    acknowledgedToast: 'Acknowledged. The others are told.',
    unacknowledgedToast: 'Open again.',
  },

  clip: {
    play: 'Listen',
    pause: 'Pause',
    position: 'Position in the recording',
    seconds: (at: string, of: string) => `${at} of ${of} seconds`,
    picture: (from: string, to: string, of: string) =>
      `Loudness and pitch of the ${of} seconds that were recorded. The event is from second ${from} to ${to}.`,
    event: 'heard here',
    awaited: 'The recording is on its way.',
    missing: 'The recording never arrived.',
    deleted: 'The recording was deleted.',
    shed: 'The device had no room left for the recording.',
    unreadable: 'The recording cannot be read.',
    none: 'There is no recording.',
  },

  home: {
    quiet: 'All quiet',
    alerting: (count: number) => (count === 1 ? 'One alert' : `${count} alerts`),
    quietSince: (when: string) => `Last alert ${when}.`,
    quietEver: 'Nothing heard so far. Earshot is listening.',
    nobodyListens: 'Nobody is listening',
    nobodyListensHelp: 'No device is connected to this home.',
    days: 'The last 99 days',
    daysText: (quiet: number, alerts: number) =>
      `In the last 99 days: ${quiet} quiet ${quiet === 1 ? 'day' : 'days'}, ${alerts} with an alert.`,
    mode: 'Mode',
    schedule: 'Schedule',
    next: (mode: string, time: string) => `${mode} at ${time}`,
    devices: 'Devices',
    testing: (time: string) => `Testing until ${time}. Alarms wake nobody.`,
    testStop: 'Stop testing',
    open: 'Open',
  },

  device: {
    listening: 'Listening',
    offline: 'Offline',
    never: 'Never connected',
    lastSign: 'Last sign of life',
    lastSeen: (when: string) => `Last sign of life ${when}`,
    level: 'Sound level',
    levelText: (db: string) => `${db} decibels`,
    silent: 'no sound',
    hearsNow: 'What it hears now',
    hearsHelp: 'Press your alarm’s test button and watch. Place the device where the bar is longest.',
    hearsNothing: 'Nothing that it knows.',
    microphone: 'Microphone',
    mic: { healthy: 'Hears well', deaf: 'Cannot hear', recovering: 'Getting better', failed: 'Broken' } as Record<
      string,
      string
    >,
    reasons: {
      all_zero: 'only silence arrives',
      stuck_dc: 'the signal is stuck',
      clipped: 'it is too loud',
      wrong_rate: 'the sound has the wrong speed',
      muted: 'it is muted',
      silent_child: 'the recorder says nothing',
      unplugged: 'it is unplugged',
    } as Record<string, string>,
    software: 'Software',
    release: 'Sound model',
    releaseState: {
      running: 'up to date',
      updating: 'updating',
      rolled_back: 'went back to the one before',
      refused: 'refused an update',
    } as Record<string, string>,
    load: 'Load',
    waiting: 'Waiting to be sent',
    records: (count: number) => (count === 1 ? '1 event' : `${count} events`),
    nothingWaits: 'nothing',
    settingsOld: 'has not taken the latest settings yet',
    settingsNew: 'has the latest settings',
    settingsLabel: 'Settings',
    remove: 'Remove this device',
    removeAsk: (name: string) => `Remove ${name}?`,
    removeMeaning: 'It stops listening for this home. You can pair it again later.',
    removed: 'Removed.',
    none: 'No device yet',
    noneHelp: 'Pair the box with the microphone to start listening.',
    pair: 'Pair a device',
  },

  history: {
    title: 'History',
    all: 'All',
    sound: 'Sound',
    verdict: 'Verdict',
    device: 'Device',
    today: 'Today',
    yesterday: 'Yesterday',
    select: 'Select',
    selectOne: (what: string) => `Select ${what}`,
    done: 'Done',
    deleteSome: (count: number) => (count === 1 ? 'Delete 1 alert' : `Delete ${count} alerts`),
    deleteAsk: (count: number) => (count === 1 ? 'Delete 1 alert?' : `Delete ${count} alerts?`),
    deletedSome: (count: number) =>
      count === 1 ? '1 alert deleted, with its sound.' : `${count} alerts deleted, with their sounds.`,
    older: 'Show older',
    export: 'Export',
    listenTo: (what: string) => `Listen to ${what}`,
    pauseIt: (what: string) => `Pause ${what}`,
    emptyTitle: 'Nothing here yet',
    empty:
      'When an alarm sounds or glass breaks, it is listed here with its recording. Most homes go months without an entry.',
    emptyFilterTitle: 'No match',
    emptyFilter: 'No alert fits these filters.',
    clearFilters: 'Show all',
    saidWrong: 'False alert',
    test: 'Test',
    late: 'Late',
  },

  settings: {
    title: 'Settings',
    sounds: 'Sounds',
    soundsHint: 'What to listen for, and how keenly',
    schedule: 'Mode and schedule',
    scheduleHint: 'When home, away and night begin',
    people: 'People',
    peopleHint: 'Who is told, and in which order',
    channels: 'Ways to reach you',
    channelsHint: 'Phone, e-mail and others; quiet hours',
    devices: 'Devices',
    devicesHint: 'Names, rooms, health',
    pair: 'Pair a phone or device',
    pairHint: 'With a QR code',
    calls: 'Emergency calls',
    callsHint: 'The numbers that an alert offers',
    privacy: 'Privacy and recordings',
    privacyHint: 'What leaves the home, how long it stays',
    testing: 'Test my alarms',
    testingHint: 'For 30 minutes alarms count as a test. Hold the alarm’s button for ten seconds.',
    appearance: 'This phone',
    appearanceHint: 'Language, colours, sign out',
    version: (cloud: string) => `Earshot ${cloud}`,
  },

  sound: {
    title: 'Sounds',
    intro: 'Smoke and CO are always on. For the others choose the modes in which they matter.',
    listensIn: 'Listens in',
    sensitivity: 'Sensitivity',
    alwaysOn: 'Always on, in every mode',
    neverOn: 'Off in every mode',
    meaning: (days: string, missed: string) => `About one false alert ${days}; misses ${missed} of the real ones.`,
    unknown: 'Not measured yet for this release.',
    everyDays: (days: number) => (days <= 1 ? 'a day' : `in ${days} days`),
    timesADay: (times: string) => `every day (${times})`,
    overDays: (days: number) => `in more than ${days} days`,
    missNone: 'none',
    measured: (release: string) => `Measured on sounds that the model has never learned from (release ${release}).`,
  },

  schedule: {
    title: 'Mode and schedule',
    now: 'Now',
    changes: 'Changes',
    none: 'No schedule: the mode changes only when you change it.',
    add: 'Add a change',
    at: 'At',
    on: 'On',
    becomes: 'the mode becomes',
    everyDay: 'every day',
    weekdays: 'Monday to Friday',
    weekend: 'weekend',
    removeIt: (what: string) => `Remove: ${what}`,
    timeZone: (zone: string) => `Times are local to the home (${zone}).`,
  },

  people: {
    title: 'People',
    intro: 'Who is told of an alert at once, and who is told when nobody has acknowledged a smoke or CO alarm.',
    told: (name: string) => `When ${name} is told`,
    levels: (level: number) => (level === 0 ? 'at once' : `after ${level * 5} minutes`),
    rename: 'Your name',
    renameHome: 'The home’s name',
    renameHomeHelp: 'Every alert says it.',
    removeAsk: (name: string) => `Remove ${name}?`,
    removeMeaning: 'Their phones get no more alerts and cannot see this home.',
    removeIt: (name: string) => `Remove ${name}`,
    invite: 'Invite someone',
    order: 'People of this home',
  },

  channels: {
    title: 'Ways to reach you',
    intro: 'Tried in this order; if one fails, the next takes over.',
    none: 'Earshot cannot reach you yet. Allow alerts on this phone, or add another way.',
    test: 'Send me a test',
    testOf: (what: string) => `Send me a test: ${what}`,
    testSent: 'Sent. It should arrive in a moment.',
    removeOf: (what: string) => `Remove ${what}`,
    kinds: { webpush: 'Phone', webhook: 'Webhook', mqtt: 'MQTT', email: 'E-mail', ntfy: 'ntfy' },
    state: { ok: 'works', failing: 'fails', gone: 'gone' },
    add: 'Add a way',
    kind: 'Kind',
    address: 'E-mail address',
    url: 'Address (URL)',
    secret: 'Secret, at least 8 characters',
    token: 'Token, if it needs one',
    topic: 'Topic',
    username: 'User, if it needs one',
    password: 'Password, if it needs one',
    quietHours: 'Quiet hours',
    quietHelp: 'In these hours only smoke and CO alarms ring. Everything else waits in the history.',
    from: 'From',
    to: 'To',
    quietOn: 'Keep quiet hours',
  },

  push: {
    title: 'Let this phone ring',
    reason: 'Without it you only see alerts when you open Earshot. It is used for nothing else.',
    allow: 'Allow alerts',
    denied: 'Alerts are blocked for this phone. Allow notifications for Earshot in the browser’s settings.',
    unsupported: 'This browser cannot receive alerts. Install Earshot first, or use another browser.',
    failed: 'The phone’s push service did not answer. Check the connection and try again.',
    done: 'This phone rings now.',
  },

  install: {
    title: 'Put Earshot on the home screen',
    reason: 'It opens faster and can ring on iPhones.',
    button: 'Install',
    ios: 'Tap Share, then “Add to Home Screen”.',
  },

  pair: {
    title: 'Pair',
    phone: 'A phone',
    device: 'A device',
    phoneHelp: 'Scan this with the other phone’s camera. It joins this home.',
    deviceHelp: 'On the device, run this command. It joins this home.',
    command: (code: string, url: string) => `npx earshot device pair ${code} --cloud ${url}`,
    code: 'Code',
    qr: 'QR code that opens the pairing page',
    validFor: (time: string) => `Good until ${time}, for one use.`,
    make: 'Make a new code',
    show: 'Which one joins?',
  },

  welcome: {
    title: 'Hear your home',
    text: 'Earshot tells you when a smoke alarm, a CO alarm or breaking glass is heard at home.',
    code: 'Pairing code',
    codeHelp: '8 characters. The device shows it when it starts; a phone that is paired makes one under Settings.',
    name: 'Your name',
    nameHelp: 'So that the others see who acknowledged.',
    join: 'Join the home',
    wrongCode: 'The code has 8 letters and digits.',
    wrongName: 'Please say who you are.',
    joined: (home: string) => `Welcome to ${home}.`,
    privacy: 'What leaves the home?',
  },

  calls: {
    title: 'Emergency calls',
    intro: 'An alert shows these as buttons. Earshot never calls by itself.',
    number: 'Emergency number',
    contact: 'Someone close by',
    contactHelp: 'A neighbour with a key, for example.',
    phone: 'Phone number',
  },

  testing: {
    start: 'Start a test',
    started: (time: string) => `Testing until ${time}.`,
    stopped: 'The test is over. Alarms are real again.',
  },

  phone: {
    title: 'This phone',
    language: 'Language',
    colours: 'Colours',
    system: 'Like the phone',
    light: 'Light',
    dark: 'Dark',
    leave: 'Sign out on this phone',
    leaveAsk: 'Sign out?',
    leaveMeaning: 'This phone gets no more alerts. To come back you need a new code.',
  },

  privacy: {
    title: 'Privacy and recordings',
    lead: 'Your home is not recorded.',
    listens: 'What the device does all day',
    listensText:
      'It listens in memory. The last 20 seconds are overwritten again and again; they are never written to disk and never sent.',
    leaves: 'What leaves the home, and when',
    leavesIntro: 'Only when a sound that you have switched on is suspected:',
    leavesItems: [
      'the recording of that moment: a few seconds before it until it was recognised, at most a minute',
      'which sound it was taken for, how sure, its beep pattern and pitch, and the time',
      'the name of the device and its room',
    ],
    always: 'What is sent all the time',
    alwaysText:
      'A sign of life every 5 seconds: software version, load, loudness as a single number, whether the microphone works. While you look at a device’s page: which sounds it takes for likely. Never sound itself.',
    rejected: 'When the second check says no',
    rejectedText: 'The recording is deleted at that moment, unless you help to improve.',
    who: 'Who can listen',
    whoText:
      'The people of this home, by a link that is valid for minutes. Nobody else is asked; there is no advertising and no tracker in this app.',
    retention: 'Keep recordings for',
    retentionDays: (days: number) => (days === 1 ? '1 day' : `${days} days`),
    improve: 'Help to improve',
    improveText:
      'Recordings that were a mistake are kept and may be used to train better models. Off unless you switch it on.',
    yours: 'Yours',
    exportAll: 'Export everything',
    exportText: 'Settings, people, devices, alerts and their explanations as one file.',
    deleteAll: 'Delete everything',
    deleteAsk: 'Delete this home?',
    deleteMeaning:
      'All recordings, alerts, devices and people of this home are erased at once. Devices stop reporting. This cannot be undone.',
    deleteType: (word: string) => `Type ${word} to go on`,
    deleted: 'Everything is deleted.',
  },

  /** Notifications come in English from the cloud; other languages word them anew from the same facts. */
  notification: {
    title: null as ((step: string, sound: string, place: string, test: boolean) => string) | null,
    listen: 'Listen',
    acknowledge: 'Acknowledge',
  },

  /** What the cadence reader measured, as a sentence: the reason that a person can check with their own ears. */
  cadence(cadence: Cadence, number: (value: number, digits: number) => string): string | null {
    const tone = cadence.toneHz === null ? '' : ` at ${number(cadence.toneHz / 1000, 1)} kHz`;
    const times = cadence.groups > 1 ? `, ${count(cadence.groups)}` : cameAgain(cadence) ? ', and again' : '';
    const on = cadence.onS > 0 ? ` of ${length(cadence.onS, number)}` : '';
    switch (cadence.pattern) {
      case 't3':
        return `Three beeps${on}${tone}${times}.`;
      case 't4':
        return `Four short beeps${on}${tone}${times}.`;
      case 'steady':
        return `Steady beeps${on}${tone}, ${cadence.beeps} of them.`;
      case 'fast':
        return `Fast beeps${on}${tone}, ${cadence.beeps} of them.`;
      case 'sweep':
        return `A siren that goes up and down${tone}, ${cadence.beeps} times.`;
      case 'continuous':
        return `One long tone${tone}.`;
      case 'chirp':
        return `A single short chirp${tone}${cadence.periodS === null ? '' : `, every ${number(cadence.periodS, 0)} seconds`}.`;
      case 'none':
        if (cadence.beeps === 0) return null;
        if (cadence.beeps > 3) return `Tones${tone} in no pattern.`;
        return `${['One beep', 'Two beeps', 'Three beeps'][cadence.beeps - 1]}${on}${tone} so far.`;
    }
  },
};

function count(groups: number): string {
  const words = ['', 'once', 'twice', 'three times', 'four times', 'five times', 'six times'];
  return words[groups] ?? `${groups} times`;
}

/** 0.1 s is not told as 0.10 s, nor 0.08 s as 0.1 s. */
const isTenths = (seconds: number): boolean => Math.abs(seconds * 10 - Math.round(seconds * 10)) < 0.15;

function length(seconds: number, number: (value: number, digits: number) => string): string {
  return Math.abs(seconds - 0.5) < 0.05 ? 'half a second' : `${number(seconds, isTenths(seconds) ? 1 : 2)} s`;
}

export type Words = typeof en;
