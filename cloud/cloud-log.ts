import { pino, type Logger } from 'pino';

/** Log fields with secrets and contact details are redacted, whatever object is logged. */
const REDACT = [
  'authorization',
  'cookie',
  'token',
  'url',
  'target',
  'endpoint',
  'address',
  'password',
  'secret',
].flatMap((name) => [name, `*.${name}`]);

export const cloudLog = (level: string, destination: 1 | 2 = 1): Logger =>
  pino({ level, redact: REDACT }, pino.destination({ dest: destination, sync: true }));
