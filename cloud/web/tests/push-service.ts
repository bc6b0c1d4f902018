import { spawnSync } from 'node:child_process';
import { createDecipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NotificationBody } from '@earshot/shared/contracts/home.ts';

export interface Delivered {
  body: NotificationBody;
  headers: NodeJS.Dict<string | string[]>;
}

/**
 * Replaces the browser vendor's push service, which tests cannot reach: accepts the cloud's messages and decrypts them
 * with a subscription's keys as a browser does (RFC 8291, RFC 8188). It does not use the encryption library of the
 * cloud, so that it also checks the encryption.
 */
export class PushService implements AsyncDisposable {
  readonly certificate: string;
  private readonly server: Server;
  private readonly keys: ECDH;
  private readonly auth = randomBytes(16);
  private readonly delivered: Delivered[] = [];
  private readonly waiting: ((delivered: Delivered) => void)[] = [];

  private constructor(key: string, certificate: string) {
    this.certificate = certificate;
    this.keys = createECDH('prime256v1');
    this.keys.generateKeys();
    this.server = createServer({ key, cert: certificate }, (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const delivered = {
          body: JSON.parse(this.decrypt(Buffer.concat(parts))) as NotificationBody,
          headers: request.headers,
        };
        response.writeHead(201).end();
        const taker = this.waiting.shift();
        if (taker) taker(delivered);
        else this.delivered.push(delivered);
      });
    });
  }

  static async start(): Promise<PushService> {
    const { key, certificate } = makeCertificate();
    const service = new PushService(key, certificate);
    service.server.listen(0, '127.0.0.1');
    await once(service.server, 'listening');
    return service;
  }

  /** The subscription that a real `pushManager.subscribe` would return. */
  subscription(): { endpoint: string; keys: { p256dh: string; auth: string } } {
    const { port } = this.server.address() as AddressInfo;
    return {
      endpoint: `https://127.0.0.1:${port}/push/anna`,
      keys: { p256dh: this.keys.getPublicKey('base64url'), auth: this.auth.toString('base64url') },
    };
  }

  next(): Promise<Delivered> {
    const known = this.delivered.shift();
    return known ? Promise.resolve(known) : new Promise((resolve) => this.waiting.push(resolve));
  }

  private decrypt(message: Buffer): string {
    const salt = message.subarray(0, 16);
    const senderKey = message.subarray(21, 21 + message[20]!);
    const sealed = message.subarray(21 + message[20]!);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.keys.getPublicKey(), senderKey]);
    const ikm = Buffer.from(hkdfSync('sha256', this.keys.computeSecret(senderKey), this.auth, info, 32));
    const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16));
    const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12));
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // The text of the last record is followed by the byte 0x02 and optional padding (RFC 8188).
    return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function makeCertificate(): { key: string; certificate: string } {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-push-'));
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const { status, stderr } = spawnSync(
    'openssl',
    ['req', '-x509', ...algorithm, '-keyout', key, '-out', certificate, ...names],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  const made = { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  rmSync(dir, { recursive: true });
  return made;
}
