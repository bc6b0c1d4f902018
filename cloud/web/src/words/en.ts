import { ALERT_REASONS } from '@earshot/shared/alert-reason.ts';
import {
  isOnlyTone,
  isSingleGroup,
  isUnclear,
  pitchRangeOf,
  rangeOf,
  rangesOf,
} from '@earshot/shared/cadence/explain.ts';
import type { Cadence, HeardSound } from '@earshot/shared/contracts/candidate.ts';
import { MICROPHONE_REASONS } from '@earshot/shared/microphone-reason.ts';
import { heightOf, isHalfASecond, kHz } from './sound-measures.ts';

/**
 * The English texts of the app. de.ts contains the German texts in the same structure, so the compiler reports missing
 * ones.
 */
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
    device_silent: 'Device offline',
    microphone_deaf: 'Microphone hears nothing',
    outbox_filling: 'Recordings not sent yet',
    alarm_test_due: 'Time to test your alarms',
    alarm_not_heard: 'Alarm no longer heard',
  } as Record<string, string>,
  soundLong: { co_alarm: 'Carbon monoxide' } as Record<string, string>,
  /** What the person should do after an alert of this sound. */
  advice: {
    smoke_alarm: 'Get everyone out. Then call for help.',
    co_alarm: 'Everyone must go outside. Then call for help.',
    glass_break: 'Stay safe. Listen to the recording before you go and look.',
    low_battery_chirp: 'One of your alarms needs a new battery.',
  } as Record<string, string>,
  /**
   * The reason that an alert shows when no beep pattern decided, after a description of the sound. It does not say that
   * there was no pattern, because a person who plays the recording may hear one. It says what Earshot takes the sound
   * for, not what it sounds like: a person may find that a cymbal does not sound like glass.
   */
  takenFor: (source: string) => `Earshot takes it for ${source}.`,
  /** What the page of a sound says instead that the second check ruled out. */
  ruledOut: (source: string) => `The device suspected ${source}, but the second check ruled it out.`,
  /** What makes each sound, in the form that the two texts above need. */
  sources: {
    smoke_alarm: 'a smoke alarm',
    co_alarm: 'a CO alarm',
    low_battery_chirp: 'the chirp of a low battery',
    glass_break: 'breaking glass',
    footsteps: 'footsteps',
    door: 'a door',
    dog_bark: 'a barking dog',
    baby_cry: 'a crying baby',
  } as Record<string, string>,
  /** Notices about a device: what happened, and what to do. */
  notices: {
    alarm_not_heard:
      'This device used to hear one of your alarms, but did not hear it the last time. Check the device, and whether a door was closed. Settings, Test my alarms shows which alarm it was.',
    alarm_test_due:
      'This device has heard no alarm test for 30 days. Open Settings, Test my alarms, and press the test button of each alarm.',
    device_silent: 'This device has not reported for ten minutes. Check its power and its network.',
    microphone_deaf:
      'This microphone hears nothing, so Earshot cannot detect alarms there. Check that the microphone is plugged in and not muted. The device’s page shows what is wrong.',
    outbox_filling:
      'This device cannot send its recordings. Check its network. The device keeps the recordings and sends them later.',
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
    rejected: 'Ruled out',
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
    noInternet: 'There is no internet connection here.',
    noServer: 'The Earshot server does not answer.',
    knownUntil: (time: string) => `Nothing new has arrived since ${time}.`,
    stillListens: 'The device at home may still be listening. Alerts arrive when the connection is back.',
    unexpected: 'Something went wrong in the app. Reload the page and try again.',
    gone: 'This entry no longer exists.',
    noPage: 'There is no such page.',
  },

  /**
   * Translations of the server's errors, by error code. For an error without a translation the app shows the server's
   * English text.
   */
  errors: {} as Record<string, string>,

  /** Texts for a browser that no longer belongs to its home. */
  ended: {
    'home-deleted': {
      title: (home: string) => (home ? `${home} was deleted` : 'This home was deleted'),
      text: 'Another member deleted the home with all its alerts and recordings. No more alerts arrive here.',
    },
    removed: {
      title: (home: string) => (home ? `You were removed from ${home}` : 'You were removed from this home'),
      text: 'Another member removed you. No more alerts arrive here. To come back, ask them for a new code.',
    },
    'session-gone': {
      title: (home: string) => (home ? `You are signed out of ${home}` : 'You are signed out'),
      text: 'The Earshot server no longer knows this browser: its cookies were deleted, or the server’s data was replaced. Alerts may no longer arrive here. To come back, ask another member for a new code. If there is no other member, restart the server: its log then shows a code.',
    },
    joinAnother: 'Join a home',
  },

  alert: {
    now: (sound: string) => `${sound}, now`,
    stillSounding: 'still sounding',
    /** Shown instead of "still sounding" while the app has no connection. */
    lastHeard: (time: string) => `last heard ${time}`,
    /** When a sound that is over was heard. */
    fromTo: (from: string, to: string) => `from ${from} to ${to}`,
    began: (time: string) => `since ${time}`,
    at: (time: string) => `at ${time}`,
    late: 'Delivered late: the home had no connection.',
    test: 'Test',
    testMeaning: 'This was a test of your alarms.',
    why: 'Why Earshot reported it',
    heardBy: (count: number) => `heard by ${count} devices`,
    inMode: (modes: string) => `Mode: ${modes}`,
    deviceScore: 'Device',
    verifierScore: 'Second check',
    notChecked: 'not yet',
    notSureEnough: 'not sure enough',
    nobodyAlerted: 'Nobody was alerted.',
    sure: (percent: string) => `${percent} sure`,
    acknowledge: 'Acknowledge',
    acknowledgeMeaning: 'Stops the reminders and informs the others',
    acknowledgedBy: (name: string, time: string) => `${name} acknowledged at ${time}`,
    undo: 'Undo',
    callEmergency: (number: string) => `Call ${number}`,
    callContact: (name: string) => `Call ${name}`,
    wasItRight: 'Was this alert right?',
    right: 'Yes, it was',
    wrong: 'No, false alert',
    thanks: (who: string, right: boolean) =>
      right ? `${who} said: the alert was right.` : `${who} said: false alert.`,
    /** The question about a sound that the second check ruled out, and its answer. */
    wasItReally: (sound: string) => `Was it really this sound: ${sound}?`,
    saidOfRuledOut: (who: string, right: boolean) =>
      right ? `${who} said: yes, it was.` : `${who} said: no, it was not.`,
    wasNot: 'No, it was not',
    delete: 'Delete this alert and its recording',
    deleteAsk: 'Delete this alert?',
    deleteMeaning: 'The recording is erased everywhere at once. This cannot be undone.',
    deleted: 'The alert and its recording are deleted.',
    notFound: 'This alert does not exist',
    notFoundHelp: 'The alert was deleted, or it belongs to another home.',
    acknowledgedToast: 'Acknowledged. The others can see it.',
    unacknowledgedToast: 'The alert is open again.',
  },

  /** Texts for sounds that the members teach Earshot with recordings. */
  teach: {
    tag: 'Recognised by your device',
    title: 'Teach a sound',
    intro:
      'Earshot learns a sound from five recordings, only for this home. The sound should be the same each time, like a doorbell.',
    emptyTitle: 'No sounds taught yet',
    empty: 'Choose a name and a device, and begin.',
    fresh: 'A new sound',
    icon: 'Icon',
    icons: {
      bell: 'Bell',
      phone: 'Telephone',
      door: 'Door',
      dog: 'Animal',
      baby: 'Child',
      box: 'Machine',
      clock: 'Clock',
      ear: 'Something else',
    },
    device: 'Device that records it',
    noDevice: 'A device in your home must record the sound, but no device is paired yet.',
    kind: 'How it alerts',
    kinds: { security: 'Alert', upkeep: 'Quiet notice' },
    begin: 'Begin',
    count: (found: number, needed: number) => `${found} of ${needed} examples`,
    how: (room: string, seconds: number, isCheck: boolean) =>
      isCheck
        ? 'Make the sound once more as a check, or let Earshot learn it now.'
        : `Press the button, wait for “Make the sound now”, and make the sound once, as loud as usual. The device in ${room} then records ${seconds} seconds.`,
    learning: 'Learning. This takes about half a minute …',
    ready: (found: number, mistakes: string) => `Ready: recognises about ${found} of 10 such sounds, with ${mistakes}.`,
    perDay: (count: number) => (count <= 1 ? 'about one false alert a day' : `about ${count} false alerts a day`),
    inDays: (days: number) => `about one false alert in ${days} days`,
    inMonth: 'at most about one false alert a month',
    figures:
      'Both numbers are estimates. They come from your recordings, played in simulated rooms, and from sounds of other homes.',
    notReady:
      'Not ready: Earshot recognised too few of the recordings. Record examples that are louder than the room, and learn again.',
    error: 'Learning failed. Try it again.',
    record: 'Record an example',
    recordCheck: 'Record a check',
    waiting: 'Waiting for the device …',
    recording: (seconds: number) => `Make the sound now. The device records ${seconds} seconds.`,
    underWay: 'being recorded …',
    example: (n: number) => `Example ${n}`,
    check: 'Check',
    found: (seconds: string) => `sound found, ${seconds} s long`,
    silent: 'no sound is louder than the room',
    silentHelp:
      'The last recording contains no sound that is louder than the room. Play it: if you hear your sound, make it closer to the device and record again; if you hear nothing, check the microphone of the device.',
    noRecording: 'the device sent no recording',
    checkFound: 'The check recording was recognised.',
    checkMissed: 'The check recording was not recognised. Record examples that are more alike, and learn again.',
    learn: 'Learn the sound',
    learnAgain: 'Learn it again',
    where: 'Alerts for this sound are on. Choose its modes and its sensitivity in Settings, Sounds.',
    privacy: 'Every member can play the examples. They are kept until you delete the sound.',
    notVerified: 'Your device recognises a taught sound by itself, without the second check.',
    removeIt: (what: string) => `Remove ${what}`,
    remove: 'Delete this sound',
    removeAsk: 'Delete this sound?',
    removeMeaning: 'The devices stop listening for it, and its recordings are deleted at once.',
    removed: 'The sound and its recordings are deleted.',
  },

  /** Texts for sounds that are ignored because a member marked an alert as false. */
  ignored: {
    tag: 'Ignored',
    title: 'Ignored sounds',
    intro: 'You marked these sounds as false alerts. A similar sound in the same room alerts nobody.',
    emptyTitle: 'Nothing is ignored',
    empty: 'When you mark an alert as a false alert, its sound is listed here.',
    likeThis: (room: string) => `Sounds like this are ignored in this room: ${room}.`,
    nothing:
      'Sounds like this still cause alerts. Earshot cannot ignore a sound that has the rhythm of a smoke or CO alarm, or whose recording is missing.',
    marked: (who: string, when: string) => `${who}, ${when}`,
    times: (count: number) =>
      count === 0 ? 'not heard again yet' : count === 1 ? 'ignored once' : `ignored ${count} times`,
    onDevice: (count: number) =>
      count === 0
        ? 'the device itself ignores it'
        : `the device itself ignored it ${count === 1 ? 'once' : `${count} times`} in the last 7 days`,
    outdated: 'no longer ignored: after an update Earshot needs the recording again, but it is deleted',
    alertNote: 'Nobody was alerted: this sounds like an alert that you marked as a false alert.',
    removeIt: (what: string) => `Alert again for: ${what}`,
    removeAsk: 'Alert again for this sound?',
    removeMeaning: 'The next time this sound occurs, you are alerted.',
    removed: 'You will be alerted to this sound again.',
  },

  /** The reasons why nobody was notified of an alert. */
  notSent: {
    tag: 'not reported',
    coolDown: (time: string) =>
      `Not reported again: this sound was already reported at ${time}, less than five minutes before.`,
    notNow: 'Not reported: alerts for this sound were paused with “Not now”.',
    quietHours: (time: string) => `Quiet hours: nobody is notified before ${time}.`,
  },

  /** Texts for the list that shows which device hears which alarm. */
  rooms: {
    title: 'Which device hears which alarm',
    heardBy: (count: number, of: number) => `heard by ${count} of ${of} ${of === 1 ? 'device' : 'devices'}`,
    lost: (room: string) =>
      `${room} used to hear this alarm, but did not hear it the last time. Check that device and closed doors.`,
    export: 'Save as a file for other programs',
    exportHint: 'Rooms, devices and alarms in the Brick schema for buildings (Turtle file)',
  },

  /** Texts for suggestions to change a sensitivity. They are derived from the home's own alerts. */
  hunch: {
    title: (sound: string) => `Fewer false alerts: ${sound}?`,
    now: (sound: string, count: number, place: string | null, hour: string | null, days: number) =>
      `${place === null ? 'Your devices' : `Your device in: ${place}`} raised ${count} false alerts${hour === null ? '' : `, most of them around ${hour},`} in the last ${days} days (${sound}).`,
    then: (level: string, count: number) =>
      `With the sensitivity “${level}” there would have been ${count === 1 ? '1 false alert' : `${count} false alerts`}.`,
    missed: (right: number) =>
      right === 0
        ? 'You marked no alert as right, so Earshot cannot say whether you would have missed a real one.'
        : right === 1
          ? 'You would not have missed the alert that you marked as right.'
          : `You would have missed none of the ${right} alerts that you marked as right.`,
    unjudged: (count: number) =>
      count === 1
        ? '1 alert that nobody marked as right or false would not have come.'
        : `${count} alerts that nobody marked as right or false would not have come.`,
    yes: (from: string, to: string) => `Yes: ${to} instead of ${from}`,
    done: (sound: string, level: string) => `${sound}: ${level}.`,
  },

  samples: {
    title: 'Nearly recognised sounds',
    isOn: 'On: devices send a few short recordings for you to judge',
    isOff: 'Off',
    intro:
      'Sometimes a device almost reports a sound. Nobody is alerted then, so nobody can say whether an alert would have been right. Your answers show which sensitivity suits your home.',
    on: 'Send a few nearly recognised sounds',
    onText:
      'For each kind of sound, each device sends about two nearly recognised sounds a day, chosen at random. It sends a recording of ten seconds, which sound it may have been, how sure the device was, and how likely it was to choose this recording. Nobody is ever alerted. Only the people of this home can listen. The operator of this service sees the numbers and your answers, but never a recording. Recordings are deleted after the time that you chose for all recordings, or when the home is deleted. Off unless you switch it on.',
    emptyTitle: 'Nothing to judge',
    empty: 'Nearly recognised sounds are listed here as soon as a device has sent one.',
    was: (sound: string) => `Was it: ${sound}?`,
    right: 'Yes',
    wrong: 'No',
    answer: { right: (what: string) => `Yes: ${what}`, wrong: (what: string) => `No: ${what}` },
    removeIt: (what: string) => `Delete: ${what}`,
    removed: 'Deleted.',
  },

  /** Texts for the measurements that led to a decision of the device. */
  reasons: {
    title: 'Decisive measurements',
    /** Explains the bars below the measurements. */
    legend: 'The longer the bar, the larger the share in the decision.',
    share: (percent: string) => `Share in the decision: ${percent}`,
    score: (sound: string) => `The device’s sound recognition says: ${sound}`,
    scoreOfAny: 'The device’s sound recognition recognises the reported sound',
    level: (db: string) => `${db} dB louder than the room`,
    levelOver: (db: string) => `More than ${db} dB louder than the room`,
    duration: (seconds: string) => `The sound has lasted ${seconds} s`,
    named: {
      ...ALERT_REASONS,
      groups: 'The beeps came again in the same rhythm',
      pitch_stability: 'The pitch stays nearly the same most of the time',
      sounding: 'The sound has no long pauses',
      quiet: 'The pause after the sound',
      cut_off: 'The recording ended here',
    } as Record<string, string>,
  },
  siren: {
    soundIn: (where: string) => `Sound the siren: ${where}`,
    stopIn: (where: string) => `Stop the siren: ${where}`,
    ask: (where: string) => `Sound the siren in ${where}?`,
    meaning: 'The siren starts within five seconds and sounds for a minute, or until someone stops it.',
    sound: 'Sound the siren',
    starting: 'The siren starts within five seconds.',
    stopping: 'The siren stops within five seconds.',
  },
  /** Texts for listening live to a device. */
  live: {
    listen: (where: string) => `Listen live: ${where}`,
    stop: 'Stop listening',
    keep: 'Keep listening',
    connecting: 'Connecting to the device.',
    playing: (where: string) => `You hear this room now: ${where}.`,
    waiting: 'No sound arrives. The device may have lost its connection.',
    by: (names: readonly string[]) => `Listening live: ${names.join(', ')}.`,
    seen: 'Everyone in this home can see who listens.',
    left: (seconds: string) => `Listening ends in ${seconds} s.`,
    ended: 'Listening live has ended.',
    rule: 'Listen live to a room',
    rules: { never: 'Never', during_alerts: 'During alerts', always: 'Always' },
    ownerOnly: 'Only an owner of the home can change this.',
    log: 'Who listened live',
    nobody: 'Nobody has listened live so far.',
    entry: (name: string, where: string) => `${name}: ${where}`,
    seconds: (seconds: string) => `for ${seconds} s`,
    now: 'now',
  },
  notNow: {
    title: 'Not now: no alerts for this sound',
    hours: (hours: number) => (hours === 1 ? 'For 1 hour' : `For ${hours} hours`),
    until: (sound: string, time: string) => `${sound}: no alerts until ${time}.`,
    end: 'Alert me again',
  },

  clip: {
    play: 'Listen',
    pause: 'Pause',
    share: 'Share',
    save: 'Save',
    position: 'Position in the recording',
    seconds: (at: string, of: string) => `${at} of ${of} seconds`,
    picture: (from: string, to: string, of: string) =>
      `Loudness and pitch of the ${of} seconds that were recorded. The event is from second ${from} to ${to}.`,
    event: 'heard here',
    awaited: 'The recording is on its way.',
    missing: 'The recording never arrived.',
    deleted: 'The recording was deleted.',
    shed: 'The device had no storage left for the recording.',
    unreadable: 'The recording cannot be read.',
    none: 'There is no recording.',
    shareWithOperators: 'Share this recording with the operators',
    stopSharing: 'Stop sharing with the operators',
    sharedBy: (who: string, when: string) =>
      `${who} shared this recording with the people who run this cloud (${when}). They can hear it until you stop sharing it or it is deleted.`,
  },

  home: {
    quiet: 'All quiet',
    alerting: (count: number) => (count === 1 ? 'One alert' : `${count} alerts`),
    quietSince: (when: string) => `Last alert ${when}.`,
    quietSinceFalse: (when: string) => `Last alert ${when}, a false alert.`,
    quietEver: 'No alert so far. Earshot is listening.',
    someListen: (listening: number, devices: number, missing: string) =>
      `Only ${listening} of ${devices} devices ${listening === 1 ? 'is' : 'are'} listening. Not listening: ${missing}.`,
    checking: 'Checking',
    checkingText: 'Asking the server for the latest state.',
    unknown: 'Unknown',
    unknownSince: (time: string) => `Earshot has received nothing from your home since ${time}.`,
    unknownEver: 'Earshot has received nothing from your home yet.',
    nobodyListens: 'Not listening',
    nobodyWhy: {
      'no-device': () => 'No device is paired with this home yet.',
      silent: (where: string) => `No report from ${where}. Check the power and the network there.`,
      deaf: (where: string) => `The microphone hears nothing: ${where}. Check the microphone and its cable.`,
      'no-microphone': (where: string) =>
        `No microphone is in use: ${where}. If a recording was played there, it has ended.`,
    },
    days: 'The last 99 days',
    daysText: (quiet: number, alerts: number) =>
      `In the last 99 days: ${quiet} quiet ${quiet === 1 ? 'day' : 'days'}, ${alerts} with an alert.`,
    mode: 'Mode',
    schedule: 'Schedule',
    next: (mode: string, time: string) => `${mode} at ${time}`,
    devices: 'Devices',
    testing: (time: string) => `Alarm test until ${time}. Alarms count as tests until then.`,
    testStop: 'End the test',
    open: 'Open',
  },

  device: {
    listening: 'Listening',
    offline: 'Offline',
    never: 'Never connected',
    unknown: 'Not known at the moment',
    noMicrophone: 'No microphone is in use',
    lastSign: 'Last report',
    lastSeen: (when: string) => `Last report ${when}`,
    level: 'Sound level',
    levelText: (db: string) => `${db} decibels`,
    silent: 'no sound',
    hearsNow: 'What this device hears now',
    hearsHelp: 'Press the test button of your alarm and watch the bar. Place the device where the bar is longest.',
    hearsNothing: 'No sound that Earshot knows.',
    microphone: 'Microphone',
    mic: {
      healthy: 'Hears well',
      deaf: 'Hears nothing',
      recovering: 'Working again',
      failed: 'Does not work',
    } as Record<string, string>,
    reasons: MICROPHONE_REASONS,
    software: 'Software',
    release: 'Sound model',
    releaseState: {
      running: 'up to date',
      updating: 'updating',
      rolled_back: 'the update failed, so the previous model is in use',
      refused: 'the update was faulty and was not installed',
    } as Record<string, string>,
    load: 'Processor and memory',
    waiting: 'Waiting to be sent',
    records: (count: number) => (count === 1 ? '1 event' : `${count} events`),
    nothingWaits: 'nothing',
    settingsOld: 'the latest settings have not arrived yet',
    settingsNew: 'up to date',
    settingsLabel: 'Settings',
    remove: 'Remove this device',
    removeAsk: (name: string) => `Remove ${name}?`,
    removeMeaning: 'The device stops listening for this home. You can pair it again later.',
    removed: 'The device is removed.',
    none: 'No device yet',
    gone: 'This device was removed',
    noneHelp: 'Pair the box with the microphone to start listening.',
    pair: 'Pair a device',
  },

  history: {
    title: 'History',
    all: 'All',
    sound: 'Sound',
    verdict: 'Result',
    device: 'Device',
    today: 'Today',
    yesterday: 'Yesterday',
    select: 'Select',
    selectOne: (what: string) => `Select ${what}`,
    done: 'Done',
    deleteSome: (count: number) => (count === 1 ? 'Delete 1 alert' : `Delete ${count} alerts`),
    deleteAsk: (count: number) => (count === 1 ? 'Delete 1 alert?' : `Delete ${count} alerts?`),
    deletedSome: (count: number) =>
      count === 1 ? '1 alert and its recording are deleted.' : `${count} alerts and their recordings are deleted.`,
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
    soundsHint: 'What to listen for, and how sensitively',
    teach: 'Teach a sound',
    teachHint: 'A doorbell or a machine that always sounds the same',
    ignored: 'Ignored sounds',
    ignoredHint: 'Sounds that no longer cause an alert',
    schedule: 'Mode and schedule',
    scheduleHint: 'When home, away and night begin',
    people: 'People',
    peopleHint: 'Who is alerted, and in which order',
    channels: 'Ways to reach you',
    channelsHint: 'Phone, ntfy and others; quiet hours',
    devices: 'Devices',
    devicesHint: 'Names, rooms, health',
    pair: 'Pair a phone or device',
    pairHint: 'With a QR code',
    calls: 'Emergency calls',
    callsHint: 'The phone numbers that an alert shows',
    privacy: 'Privacy and recordings',
    privacyHint: 'What leaves the home and how long it is kept',
    testing: 'Test my alarms',
    testingHint: 'Press the button of each alarm and see how well it is heard',
    appearance: { phone: 'This phone', computer: 'This computer' },
    appearanceHint: 'Language, colours, sign out',
    version: (cloud: string) => `Earshot ${cloud}`,
  },

  sound: {
    title: 'Sounds',
    intro: 'Smoke and CO are always on. For the others choose the modes in which Earshot listens for them.',
    listensIn: 'Active in',
    sensitivity: 'Sensitivity',
    alwaysOn: 'Always on, in every mode',
    neverOn: 'Off in every mode',
    meaning: (falseAlerts: string, missed: string) => `${falseAlerts} ${missed}`,
    experimental: 'Experimental: do not rely on it.',
    unknown: 'Not measured yet for this release.',
    falseAlerts: {
      aDay: (count: string) => `About ${count} false alerts a day.`,
      everyDays: (days: number) =>
        days <= 1 ? 'About one false alert a day.' : `About one false alert in ${days} days.`,
      overDays: (days: number) => `Less than one false alert in ${days} days.`,
    },
    missed: (share: string) => `Earshot missed ${share} of the real sounds in tests.`,
    missedNone: 'Earshot missed no real sound in tests.',
    measured: (release: string) => `Measured on recordings that were not used for training (release ${release}).`,
  },

  schedule: {
    title: 'Mode and schedule',
    now: 'Now',
    changes: 'Changes',
    none: 'No schedule: the mode changes only when you change it.',
    add: 'Add a change',
    at: 'At',
    on: 'On',
    becomes: 'change the mode to',
    everyDay: 'every day',
    weekdays: 'Monday to Friday',
    weekend: 'weekend',
    removeIt: (what: string) => `Remove: ${what}`,
    timeZone: (zone: string) => `Times are local to the home (${zone}).`,
  },

  people: {
    title: 'People',
    intro: 'Choose who is alerted at once, and who only when nobody has acknowledged a smoke or CO alarm.',
    alertedWhen: (name: string) => `When ${name} is alerted`,
    levels: (level: number) => (level === 0 ? 'at once' : `after ${level * 5} minutes`),
    rename: 'Your name',
    renameHome: 'The home’s name',
    renameHomeHelp: 'Every alert shows this name.',
    removeAsk: (name: string) => `Remove ${name}?`,
    removeMeaning: 'Their phones get no more alerts and cannot see this home.',
    removeIt: (name: string) => `Remove ${name}`,
    invite: 'Invite someone',
    order: 'People of this home',
  },

  channels: {
    title: 'Ways to reach you',
    intro: 'Earshot tries these ways from top to bottom. If one fails, Earshot tries the next.',
    noEmail: 'E-mail needs a mail account on the server: see docs/cloud.md, Channels.',
    automation: 'In addition, every alert goes to MQTT and webhooks.',
    none: 'Earshot cannot reach you yet.',
    test: 'Send me a test',
    testOf: (what: string) => `Send me a test: ${what}`,
    testSent: 'The test was sent. It should arrive in a moment.',
    badAddress: 'An address starts with https:// or http://, for example https://example.org/earshot.',
    badBroker: 'A broker’s address starts with mqtt:// or mqtts://, for example mqtt://192.168.1.5.',
    badPort: (port: string) => `Port ${port} is not between 1 and 65535.`,
    moveUp: (what: string) => `Try ${what} earlier`,
    untested: 'not tested yet',
    removeOf: (what: string) => `Remove ${what}`,
    kinds: { webpush: 'Phone', webhook: 'Webhook', mqtt: 'MQTT', email: 'E-mail', ntfy: 'ntfy' },
    state: { ok: 'works', failing: 'does not work', gone: 'no longer exists' },
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
    quietOn: 'Use quiet hours',
  },

  push: {
    title: { phone: 'Make this phone ring', computer: 'Show alerts on this computer' },
    reason: 'Otherwise you only see alerts while Earshot is open. Earshot sends alerts and nothing else.',
    allow: 'Allow alerts',
    denied: 'The browser blocks notifications from Earshot. Allow them in the browser’s settings.',
    unsupported: 'This browser cannot receive alerts here.',
    failed: 'The browser’s push service did not answer. Check the internet connection and try again.',
    done: { phone: 'Alerts are allowed on this phone.', computer: 'Alerts are allowed on this computer.' },
  },

  /** Texts for the first steps after joining a home. */
  start: {
    title: 'First steps',
    step: (at: number, of: number) => `Step ${at} of ${of}`,
    titles: { home: 'What is your home called?', rooms: 'Where are your devices?', ring: 'Make a phone ring' },
    homeHelp: 'Every alert shows this name.',
    homeExample: 'Birch Street 4',
    roomsHelp: 'Every alert shows the room, so that you know where to go.',
    roomOf: (device: string) => `Room of ${device}`,
    roomExample: 'Kitchen',
    next: 'Next',
    skip: 'Skip',
  },

  ring: {
    pushText: {
      phone: 'Your browser asks for permission. Then a test alert rings at once.',
      computer: 'Your browser asks for permission. Then a test alert appears at once.',
    },
    noPush:
      'This browser cannot receive alerts here, because the page has no HTTPS. The free app ntfy can ring your phone instead.',
    useNtfy: 'Use the ntfy app instead',
    usePush: { phone: 'Use this browser instead', computer: 'Show alerts on this computer instead' },
    ntfyInstall: 'Install the free app “ntfy” on your phone, from its app store.',
    ntfyScan: 'Scan this code with the phone’s camera to open your topic in ntfy.',
    ntfyOpen: 'Open your topic in ntfy and subscribe to it.',
    ntfyOpenButton: 'Open in ntfy',
    ntfyQr: 'QR code that opens your topic in the ntfy app',
    ntfyByHand: (server: string) => `Or subscribe by hand, on the server ${server}, to the topic:`,
    ntfyTest: 'Then test it:',
    ringNow: 'Ring it now',
    ntfyPrivacy: (server: string) =>
      `Alerts then pass through ${server}, without recordings. Whoever knows the topic can read them, so keep it to yourself.`,
    notSent: (reason: string) => `The test could not be sent: ${reason}.`,
    didItRing: 'Did your phone ring?',
    sent: 'A test was sent to your phone. It arrives within a few seconds.',
    yes: 'Yes, it rang',
    no: 'No',
    again: 'Send it again',
    silentTitle: 'Your phone did not ring',
    silentHelp: {
      push: [
        'Is the phone muted, or is “Do not disturb” on? Allow the browser to ring even then.',
        'Does the system allow notifications from this browser?',
        'Some phones stop browsers in the background. The ntfy app is more reliable there.',
      ],
      ntfy: [
        'Is the phone muted, or is “Do not disturb” on? Allow ntfy to ring even then.',
        'Does ntfy list the topic exactly as it is written here, on the same server?',
        'On Android, switch on “Instant delivery” for the topic.',
      ],
    },
    rangTitle: 'Your phone rings',
    rang: 'Your phone rings when a smoke alarm, a CO alarm or breaking glass is heard at home. Test this again from time to time.',
    finish: 'Done',
    notYetTitle: 'No phone rings yet',
    notYet: 'Until a phone has rung, you only see alerts while Earshot is open.',
    later: 'Do it later',
    makeItRing: 'Make a phone ring',
    anotherPhone: 'Make a phone ring',
    untestedTitle: 'Your phone has not been tested yet',
    untested: 'Send yourself a test and say whether it arrived.',
    testIt: 'Test it',
  },

  install: {
    title: 'Put Earshot on the home screen',
    reason: 'Earshot then opens faster. An iPhone rings only if Earshot is on its home screen.',
    button: 'Install',
    ios: 'Tap Share, then “Add to Home Screen”.',
  },

  pair: {
    title: 'Pair',
    phone: 'A phone',
    device: 'A device',
    phoneHelp: 'Create a code and scan it with the camera of the other phone.',
    deviceHelp: 'Create a code and run the command on the device.',
    command: (code: string, url: string) => `npx earshot device pair ${code} --cloud ${url}`,
    code: 'Code',
    qr: 'QR code that opens the pairing page',
    validFor: (time: string) => `Valid until ${time}. The code works only once.`,
    make: 'Create a new code',
    show: 'What do you want to pair?',
  },

  welcome: {
    title: 'Hear your home',
    text: 'Earshot tells you when a smoke alarm, a CO alarm or breaking glass is heard at home.',
    code: 'Pairing code',
    codeHelp:
      'The code has 8 characters. Earshot prints one when it starts. A phone that belongs to the home creates one under Settings, Pair a phone or device.',
    name: 'Your name',
    nameHelp: 'The others see your name when you acknowledge an alert.',
    join: 'Join the home',
    wrongCode: 'The code has 8 letters and digits.',
    wrongName: 'Please enter your name.',
    joined: (home: string) => `Welcome to ${home}.`,
    privacy: 'What leaves the home?',
  },

  calls: {
    title: 'Emergency calls',
    intro: 'An alert shows these numbers as buttons. Earshot never calls anyone by itself.',
    number: 'Emergency number',
    contact: 'Someone close by',
    contactHelp: 'A neighbour with a key, for example.',
    phone: 'Phone number',
    digits: 'Only digits, for example 112 or +44 20 7946 0000.',
  },

  alarmTest: {
    title: 'Test my alarms',
    intro: 'Go to one alarm after the other. While the test runs, alarms count as tests and wake nobody.',
    start: (where: string) => `Test in: ${where}`,
    press: 'Press and hold the alarm’s test button until it has sounded for 15 seconds.',
    listening: 'Listening for the alarm.',
    notHeard: 'Nothing was heard for a minute. Hold the button longer, or place the device nearer to the alarm.',
    heard: (seconds: string) => `heard after ${seconds} s`,
    above: (db: string) => `${db} dB louder than the room`,
    reported: (seconds: string) => `reported in ${seconds} s`,
    never: 'Not tested yet.',
    done: 'Done',
    reminder: 'Remind me every month',
    reminderHint: 'A quiet notice when a device has heard no test for 30 days.',
  },

  phone: {
    title: { phone: 'This phone', computer: 'This computer' },
    language: 'Language',
    colours: 'Colours',
    system: 'Automatic',
    light: 'Light',
    dark: 'Dark',
    leave: 'Sign out here',
    leaveAsk: 'Sign out?',
    leaveMeaning: 'No more alerts arrive here. To come back you need a new code.',
  },

  privacy: {
    title: 'Privacy and recordings',
    lead: 'Your home is not recorded.',
    listens: 'What the device does all day',
    listensText:
      'The device keeps only the last 20 seconds of sound, in memory, and overwrites them again and again. It does not save or send them, except while someone in this home listens live.',
    leaves: 'What leaves the home, and when',
    leavesIntro: 'Only when the device suspects a sound that you have switched on, it sends:',
    leavesItems: [
      'a recording: from a few seconds before the sound until the device recognised it, or up to four seconds longer; at most a minute',
      'which sound it suspects, how sure it is, the beep pattern and pitch, the other measurements that led to its decision (for example how loud the sound was and how long it lasted), and the time',
      'a fingerprint of the sound: 144 numbers with which Earshot recognises similar sounds, but from which speech cannot be restored',
      'the name of the device and its room',
    ],
    leavesSamples:
      'If you switch on “Nearly recognised sounds”, the device also sends a few sounds that it almost reported.',
    fingerprints: 'How long fingerprints are kept',
    fingerprintsText:
      'The fingerprint is deleted together with the recording. If you mark an alert as a false alert, Earshot keeps the fingerprint of its sound to ignore similar sounds, even after you delete the alert or its recording. It is deleted when you remove the sound from “Ignored sounds”, withdraw the mark, or delete the home.',
    always: 'What is sent all the time',
    alwaysText:
      'Every 5 seconds the device sends a short report: software version, load, loudness as a single number, and whether the microphone works. While the app is open: which sounds the device thinks it hears. The sound itself is not sent.',
    rejected: 'When the second check finds no alarm',
    rejectedText: 'The recording is deleted at once, unless you switched on “Help to improve”.',
    who: 'Who can listen',
    whoText:
      'Only the people of this home, by a link that is valid for a few minutes. The people who run this cloud can hear a recording only if someone of this home shares it with them. This app contains no advertising and no tracking.',
    liveText:
      'The people of this home can also listen live to a room if you allow it below. Everyone sees who listens now and who listened when. The sound is deleted after a minute.',
    retention: 'Keep recordings for',
    retentionDays: (days: number) => (days === 1 ? '1 day' : `${days} days`),
    improve: 'Help to improve',
    improveText:
      'Recordings of false alerts are kept and may be used to train better models. Off unless you switch it on.',
    yours: 'Your data',
    exportAll: 'Export everything',
    exportText: 'Settings, people, devices and alerts with their explanations, in one file.',
    deleteAll: 'Delete everything',
    deleteAsk: 'Delete this home?',
    deleteMeaning:
      'All recordings, alerts, devices and people of this home are erased at once. Devices stop reporting. This cannot be undone.',
    deleteType: (word: string) => `Type ${word} to confirm`,
    deleted: 'Everything is deleted.',
  },

  /** The cloud writes notifications in English. In other languages the app composes them from the same data. */
  notification: {
    title: null as ((step: string, sound: string, place: string, test: boolean) => string) | null,
    markedFalse: '',
    listen: 'Listen',
    acknowledge: 'Acknowledge',
  },

  /**
   * Describes the measured beeps in a sentence that a person can check by listening to the recording; null if no beep
   * was measured. `heard` says whether other tones are seen beside the beeps, e.g. their harmonics.
   */
  cadence(
    cadence: Cadence,
    number: (value: number, digits: number) => string,
    heard?: HeardSound | null,
  ): string | null {
    const pitch = cadence.toneHz === null ? '' : kHz(cadence.toneHz, number);
    const tone = pitch && ` at ${pitch}`;
    const range = rangeText(pitchRangeOf(cadence), number, heard);
    const on = cadence.onS > 0 ? ` of ${length(cadence.onS, number)}` : '';
    if (isSingleGroup(cadence)) return 'Tones in no clear rhythm so far.';
    switch (cadence.pattern) {
      case 't3':
        return `${isUnclear(cadence) ? 'Sounds in the rhythm of three beeps' : 'Three beeps'}${on}${range}, and again.`;
      case 't4':
        return `${isUnclear(cadence) ? 'Sounds in the rhythm of four short beeps' : 'Four short beeps'}${on}${range}, and again.`;
      case 'steady':
        return `Steady beeps${on}${tone}, at least ${cadence.beeps} of them.`;
      case 'fast':
        return `Fast beeps${on}${tone}, at least ${cadence.beeps} of them.`;
      case 'sweep':
        return `A siren that goes up and down${pitch && ` around ${pitch}`}${cadence.periodS === null ? '' : `, every ${number(cadence.periodS, 1)} s`}.`;
      case 'continuous':
        return `One long tone${tone}.`;
      case 'chirp':
        return `A single short chirp${tone}${cadence.periodS === null ? '' : `, every ${number(cadence.periodS, 0)} seconds`}.`;
      case 'none':
        if (cadence.beeps === 0) return null;
        if (cadence.beeps > 3) return `Tones${tone} without a regular pattern.`;
        return `${['One beep', 'Two beeps', 'Three beeps'][cadence.beeps - 1]}${on}${tone} so far.`;
    }
  },

  /** Describes a sound in a sentence that a person can check on the spectrogram. */
  heard(sound: HeardSound, number: (value: number, digits: number) => string): string {
    const range = rangeText([sound.lowHz, sound.highHz], number, sound);
    if (sound.isTone) return `${sound.isBroken ? 'Tones' : 'A tone'}${range}.`;
    const sudden = sound.isSudden ? 'sudden ' : '';
    const mostly = mostlyText(rangesOf(sound), number);
    switch (heightOf(sound)) {
      case 'low':
        return `A ${sudden}low sound (${mostly}).`;
      case 'high':
        return `A ${sudden}high sound (${mostly}).`;
      case 'low and high':
        return `A ${sudden}sound with low and high parts (${mostly}).`;
      case 'medium':
        return `A ${sudden}sound, neither low nor high (${mostly}).`;
      case 'unclear':
        return `A ${sudden}sound (${mostly}).`;
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
  return to === null ? `${isOnlyTone(heard) ? '' : ', loudest'} at ${from}` : `, mostly between ${from} and ${to}`;
}

function mostlyText(rangesHz: readonly [number, number][], number: (value: number, digits: number) => string): string {
  const ranges = rangesHz.map((rangeHz) => {
    const { from, to } = rangeOf(rangeHz, (hz) => number(hz / 1000, 1));
    return to === null ? from : `${from} to ${to}`;
  });
  return `mostly ${ranges.join(' and ')} kHz`;
}

/**
 * Whether one decimal is enough: 0.1 s is shown as "0.1 s", but 0.08 s with two decimals, so that it is not rounded to
 * 0.1 s.
 */
const isTenths = (seconds: number): boolean => Math.abs(seconds * 10 - Math.round(seconds * 10)) < 0.15;

function length(seconds: number, number: (value: number, digits: number) => string): string {
  return isHalfASecond(seconds) ? 'about half a second' : `${number(seconds, isTenths(seconds) ? 1 : 2)} s`;
}

export type Words = typeof en;
