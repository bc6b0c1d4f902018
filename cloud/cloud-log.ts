import { pino, type Logger } from 'pino';

/** Fields with secrets and contact details are redacted in every logged object. */
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
