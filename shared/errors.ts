/**
 * The only catalogue of errors. A code never changes its meaning; CONTRIBUTING.md says how to add a code, and
 * docs/errors.md is generated from this table (`npm run docs:errors`). `status` is the HTTP status of the API's answer;
 * commands exit with `exit` (default 1).
 */
interface CatalogueEntry {
  what: string;
  todo: string;
  status?: number;
  exit?: number;
}

export const CATALOGUE = {
  // Audio.
  AUDIO_UNREADABLE: {
    what: 'The audio cannot be read.',
    todo: 'Check that the file is an intact WAV file, or has a format that ffmpeg knows.',
    status: 422,
  },
  AUDIO_FORMAT: {
    what: 'The audio has a format that is not supported.',
    todo: 'Use PCM or float WAV, 1 to 32 channels, 1 to 384 kHz.',
    status: 422,
  },
  AUDIO_EMPTY: {
    what: 'The audio holds no samples.',
    todo: 'Record again; check that the recorder finished the file.',
    status: 422,
  },
  AUDIO_CUT_OFF: {
    what: 'The recording is cut off.',
    todo: 'Copy or download it again. Only the part before the cut was read.',
    status: 422,
  },
  AUDIO_NOT_FINITE: {
    what: 'The audio holds NaN or infinite samples.',
    todo: 'Export the audio again from the program that wrote it.',
    status: 422,
  },
  AUDIO_SOURCE: {
    what: 'The audio source could not be opened, or it stopped by itself.',
    todo: 'Run `npx earshot doctor`; check the name of the microphone or the address of the camera, and that no other program holds the microphone. Without a microphone, `--listen FILE` plays a recording.',
  },
  AUDIO_TOOL_MISSING: {
    what: 'A program that this source needs is not installed.',
    todo: 'Install or set what the message names, or choose another source.',
  },
  AUDIO_PLAYER: {
    what: 'The speaker could not be used.',
    todo: 'Connect a speaker, or set `player` in device.conf to a program that plays a WAV file here.',
  },
  // Models.
  TEACH_EXAMPLES: {
    what: 'A sound cannot be taught from these examples.',
    todo: 'Record the sound again, closer to the device and with less noise; five recordings are needed.',
    status: 422,
  },
  TAUGHT_SOUND: {
    what: 'A taught sound cannot be used on this device.',
    todo: 'Teach the sound again; if that does not help, delete it and teach a new sound.',
  },
  IGNORED_SOUNDS: {
    what: 'The list of ignored sounds cannot be used on this device, so the device reports these sounds.',
    todo: 'Nothing is lost: the verifier still rejects these sounds. If the error stays, remove the sound under "Ignored sounds" in the app and mark it again.',
  },
  TEACH_BANK: {
    what: 'The bank of other sounds, which is needed to teach a sound, is missing, damaged or of another release.',
    todo: 'Restore models/release-bank from git, or make it with `npx earshot teach-bank --corpus DIR`.',
  },
  RELEASE_MISSING: {
    what: 'A file of the model release is missing.',
    todo: 'Restore models/release from git, or name the folder of another release (--release DIR, for a training --from DIR).',
  },
  RELEASE_BROKEN: {
    what: 'A file of the model release does not match the manifest.',
    todo: 'Restore models/release from git, or download the release again.',
  },
  RELEASE_SIGNATURE: {
    what: 'The release is not signed by a trusted key.',
    todo: 'Take the release from its publisher; add a key to the trusted keys only if you know whose it is.',
  },
  SIGNING_KEY: {
    what: 'The key file for signing releases cannot be used.',
    todo: 'Let EARSHOT_SIGNING_KEY name a key file that `openssl genpkey -algorithm ed25519` wrote, or unset it to use a key that Earshot creates. If the file that is named is the one that Earshot created, move it away: a new key is created, which must be added to the trusted keys.',
  },
  RELEASE_OLD: {
    what: 'The release is older than the one that is running.',
    todo: 'Publish a higher version; only an operator can go back to an older one.',
  },
  RELEASE_GOLDEN: {
    what: 'The release does not give its golden scores on this machine.',
    todo: 'The old release keeps running. Report the machine and the release version.',
  },
  // Settings and commands.
  SETTING_INVALID: {
    what: 'A setting is not valid.',
    todo: 'Correct the value that the message names.',
    status: 400,
    exit: 2,
  },
  USAGE: {
    what: 'The command cannot run as it was given.',
    todo: 'See the help of the command: `npx earshot COMMAND --help`.',
    exit: 2,
  },
  FILE_MISSING: {
    what: 'The file or folder does not exist.',
    todo: 'Check its name and its folder.',
    exit: 2,
  },
  PORT_FORBIDDEN: {
    what: 'This user may not open the port.',
    todo: 'Choose a port of 1024 or more (--port N), put a proxy in front, or give the process CAP_NET_BIND_SERVICE.',
  },
  PORT_IN_USE: {
    what: 'The port is in use.',
    todo: 'Earshot may be running already. If not, stop the other program, or choose another port: --port N (0: any free port).',
  },
  NO_DAEMON: {
    what: 'No Earshot daemon runs on this machine.',
    todo: 'Start a daemon with `npx earshot device`, or set EARSHOT_HOME to the folder of the running daemon.',
  },
  SERVICE: {
    what: 'The system service cannot be changed.',
    todo: 'Run the command as root (sudo) on a Linux with systemd. Without systemd, start `npx earshot device` in another way.',
  },
  DISK_FULL: {
    what: 'The disk is full or read-only.',
    todo: 'Free some space, or make the disk writable; nothing that was accepted is lost.',
    status: 507,
  },
  DISK_UNWRITABLE: {
    what: 'A folder or file cannot be written.',
    todo: 'Check the owner and the permissions, or choose another folder with EARSHOT_HOME or with the option that the message names.',
  },
  DISK_UNREADABLE: {
    what: 'A folder or file cannot be read.',
    todo: 'Earshot retries by itself. If the error stays, check the disk, the permissions, and the limit of open files.',
  },
  RECORD_CORRUPT: {
    what: 'A stored record is damaged.',
    todo: 'The record was set aside in the same folder. Check the disk and the power supply.',
  },
  BACKUP: {
    what: 'The backup could not be made.',
    todo: 'Run the command again. If it fails again, stop Earshot first. If the backup was written to stdout, the file with this output is incomplete: delete it.',
  },
  DATABASE_LOST: {
    what: 'The database is empty or missing, although it existed before.',
    todo: 'Restore the file from a backup; to begin with an empty database, move the whole folder away.',
    exit: 2,
  },
  DATABASE: {
    what: 'The database cannot be used.',
    todo: 'Check EARSHOT_DATABASE_URL and that the server runs.',
    status: 503,
  },
  QUEUE: {
    what: 'The work queue cannot be used.',
    todo: 'Check EARSHOT_QUEUE_URL, its region and credentials.',
    status: 503,
  },
  CLIP_STORE: {
    what: 'The clip store cannot be used.',
    todo: 'Check EARSHOT_CLIP_BUCKET, its region and credentials.',
    status: 503,
  },
  MESSAGE_TOO_LARGE: {
    what: 'A queue message is over the size limit.',
    todo: 'Put the payload into the clip store and send its key.',
    status: 413,
  },
  // Corpora.
  CORPUS_EMPTY: {
    what: 'The corpus lacks usable recordings.',
    todo: 'Add recordings, and give each one a label: in manifest.csv, in labels.csv beside it (file,label,onset,offset), or in the name of its folder. What a corpus contains: docs/corpus.md.',
    exit: 2,
  },
  CORPUS_LABELS: {
    what: 'The labels do not fit the corpus.',
    todo: 'Correct the lines that the message names. The format: docs/corpus.md.',
    exit: 2,
  },
  TRAINING: {
    what: 'Training cannot start or continue.',
    todo: 'Read the reason in the message. A killed run continues from its checkpoint when the same command is run again.',
    exit: 2,
  },
  TEACHER: {
    what: 'The teacher network for training cannot be used.',
    todo: 'Use the network whose answers are recorded in `models/training/teacher/reference.ts`, with its labels.csv beside it, or train without --teacher.',
    exit: 2,
  },
  // Requests over the network.
  BAD_REQUEST: {
    what: 'The request does not match its contract.',
    todo: 'Correct the fields that `details` names.',
    status: 400,
  },
  UNAUTHORIZED: {
    what: 'The token is missing, wrong or revoked.',
    todo: 'Pair with a new code: the app shows one, and `earshot cloud` with a SQLite database prints one when it starts.',
    status: 401,
  },
  HOME_DELETED: { what: 'A member deleted this home.', todo: 'Pair with another home.', status: 401 },
  REMOVED: {
    what: 'This phone or device was removed from its home.',
    todo: 'Ask somebody of the home for a new pairing code.',
    status: 401,
  },
  FORBIDDEN: {
    what: 'This token is not allowed to make this request.',
    todo: 'Use a token of the right kind (device or member), or ask an owner of the home to do it.',
    status: 403,
  },
  NOT_FOUND: { what: 'What the request names does not exist.', todo: 'Check the address.', status: 404 },
  CONFLICT: { what: 'Another record has this id already.', todo: 'Use a new id.', status: 409 },
  ROLLOUT: {
    what: 'The roll-out does not allow this now.',
    todo: 'Look at its state with `npx earshot fleet` or on the page /operations.',
    status: 409,
  },
  CANNOT_RECORD: {
    what: 'The device cannot record now.',
    todo: 'Check that the device is online and that drop_in in its device.conf allows recordings.',
    status: 409,
  },
  CLIP_MISMATCH: {
    what: 'The clip does not match its metadata.',
    todo: 'Send the bytes whose SHA-256 and length the candidate names.',
    status: 422,
  },
  PAIRING_CODE: {
    what: 'The pairing code is wrong, used or too old.',
    todo: 'Make a new code in the app; a code is valid for 10 minutes.',
    status: 404,
  },
  LINK_EXPIRED: { what: 'The link is no longer valid.', todo: 'Ask for a new link.', status: 404 },
  TOO_LARGE: { what: 'The body of the request is too large.', todo: 'Send less.', status: 413 },
  TOO_SLOW: {
    what: 'The body of the request arrived too slowly.',
    todo: 'Send it again over a faster connection.',
    status: 408,
  },
  TOO_MANY: { what: 'Too many requests.', todo: 'Wait as long as Retry-After says.', status: 429 },
  CSRF: { what: 'The request did not come from the app.', todo: 'Reload the app.', status: 403 },
  UNREACHABLE: {
    what: 'The server or service cannot be reached.',
    todo: 'Check the address and the network. A running device or cloud retries by itself.',
    status: 503,
  },
  INTERNAL: {
    what: 'An unexpected internal error.',
    todo: 'Report it together with the log line that has this request id.',
    status: 500,
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;

export class EarshotError extends Error {
  readonly code: ErrorCode;
  /** The offending value or place, in words. */
  readonly detail: string;
  readonly details: unknown;

  constructor(code: ErrorCode, detail: string, options: { cause?: unknown; details?: unknown } = {}) {
    super(`${CATALOGUE[code].what} ${detail}`.trim(), 'cause' in options ? { cause: options.cause } : {});
    this.name = 'EarshotError';
    this.code = code;
    this.detail = detail;
    this.details = options.details;
  }

  get todo(): string {
    return CATALOGUE[this.code].todo;
  }

  get status(): number {
    return (CATALOGUE[this.code] as CatalogueEntry).status ?? 500;
  }

  get exitCode(): number {
    return (CATALOGUE[this.code] as CatalogueEntry).exit ?? 1;
  }

  /** One line for a terminal: code, what happened, and what to do. */
  toLine(): string {
    return errorLine(this);
  }
}

/**
 * The error with which another Earshot process answered. Its message begins with the catalogue's sentence, which is not
 * repeated.
 */
export function errorFromAnswer(
  answer: { code: string; message: string },
  otherwise: ErrorCode,
): { code: ErrorCode; detail: string } {
  // A newer process may know codes that this one does not.
  if (!Object.hasOwn(CATALOGUE, answer.code)) return { code: otherwise, detail: answer.message };
  const code = answer.code as ErrorCode;
  const { what } = CATALOGUE[code];
  return { code, detail: answer.message.startsWith(what) ? answer.message.slice(what.length).trim() : answer.message };
}

/** Adds a full stop to a detail that has none, because it ends with a path or with another program's message. */
export function errorLine({ code, message, todo }: { code: string; message: string; todo: string }): string {
  return `${code}: ${message}${/[.!?:]$/.test(message) ? '' : '.'} ${todo}`;
}

/**
 * Wraps any thrown value in an error with `code`. An EarshotError passes unchanged. A full disk, a missing permission
 * and a port in use get their own codes instead.
 */
export function asEarshotError(error: unknown, code: ErrorCode, detail: string): EarshotError {
  if (error instanceof EarshotError) return error;
  const { code: thrownCode, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  // Some libraries number their errors: MQTT refuses a connection with code 4 or 5.
  const errno = typeof thrownCode === 'string' ? thrownCode : '';
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'SQLITE_FULL' || errno.startsWith('SQLITE_READONLY'))
    return new EarshotError('DISK_FULL', detail, { cause: error });
  if (errno === 'EADDRINUSE') return new EarshotError('PORT_IN_USE', detail, { cause: error });
  if (errno === 'EACCES' && syscall === 'listen') return new EarshotError('PORT_FORBIDDEN', detail, { cause: error });
  if (errno === 'EACCES' || errno === 'EROFS' || errno === 'EPERM')
    return new EarshotError('DISK_UNWRITABLE', detail, { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  return new EarshotError(code, `${detail}: ${reason}`, { cause: error });
}
