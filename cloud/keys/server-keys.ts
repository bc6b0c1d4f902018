import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';

/** The prefix of encrypted values. Its number is the version of the format, so that the format can change later. */
const SEALED = 'sealed1:';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Derives all keys of the server from one secret (HKDF, one key per purpose). So there is only one value to configure, to back up and to
 * share between API processes. If it is lost, devices must be paired again and phones subscribed again.
 */
export class ServerKeys {
  private readonly secret: Buffer;

  constructor(secret: string) {
    if (secret.length < 32)
      throw new EarshotError(
        'SETTING_INVALID',
        `EARSHOT_SECRET must have at least 32 characters, not ${secret.length}.`,
      );
    this.secret = Buffer.from(secret, 'utf8');
  }

  /** HMAC-SHA256 with the key for one purpose, as base64url. */
  sign(purpose: 'link' | 'pairing-code' | 'cursor', text: string): string {
    return createHmac('sha256', this.derive(purpose)).update(text).digest('base64url');
  }

  /** Checks a signature, in constant time. */
  verify(purpose: 'link' | 'pairing-code' | 'cursor', text: string, signature: string): boolean {
    const expected = Buffer.from(this.sign(purpose, text));
    const given = Buffer.from(signature);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  /** The key pair that identifies this server to push services (RFC 8292). */
  vapid(): { publicKey: string; privateKey: string } {
    const curve = createECDH('prime256v1');
    for (let attempt = 0; ; attempt++) {
      const candidate = this.derive(`vapid-${attempt}`);
      try {
        curve.setPrivateKey(candidate);
      } catch {
        continue; // Once in 2^32 times the derived value is not below the curve's order. Then try the next one.
      }
      return { publicKey: curve.getPublicKey('base64url'), privateKey: candidate.toString('base64url') };
    }
  }

  /** AES-256-GCM with the key for one purpose. `context` is not stored. It must be given again for decryption. */
  seal(purpose: 'channel', context: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.derive(`seal-${purpose}`), nonce).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${SEALED}${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  /**
   * Decrypts a sealed text. Returns null when the text was encrypted with another secret, purpose or context, or was changed.
   */
  unseal(purpose: 'channel', context: string, sealed: string): string | null {
    if (!sealed.startsWith(SEALED)) return null;
    const bytes = Buffer.from(sealed.slice(SEALED.length), 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.derive(`seal-${purpose}`), bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }

  private derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, 'earshot', purpose, 32));
  }
}

/**
 * The secret of the embedded cloud, created at the first start. The file is stored beside the data and is readable only by the user who
 * runs the cloud.
 */
export function secretIn(folder: string): string {
  const path = join(folder, 'secret');
  try {
    mkdirSync(folder, { recursive: true });
    if (existsSync(path)) return readFileSync(path, 'utf8').trim();
    const secret = randomBytes(32).toString('base64url');
    const fresh = `${path}.${process.pid}.new`;
    const file = openSync(fresh, 'wx', 0o600);
    writeSync(file, secret);
    fsyncSync(file);
    closeSync(file);
    renameSync(fresh, path);
    return secret;
  } catch (error) {
    throw asEarshotError(error, 'DISK_UNWRITABLE', path);
  }
}
