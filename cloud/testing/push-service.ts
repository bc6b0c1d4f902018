import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { selfSigned } from './self-signed.ts';

export interface ReceivedPush {
  body: NotificationBody;
  headers: Record<string, string | string[] | undefined>;
  atMs: number;
}

/** An answer of the service to a push. The default is 201, as with real services. */
export interface PushAnswer {
  status: number;
  headers?: Record<string, string>;
}

/**
 * Plays a push service and its browsers, as the RFCs describe them: TLS (8030), checks of the server's VAPID signature (8292), and
 * decryption with the browser's key (8291 and 8188). It is written from the RFCs, and does not use the library with which the cloud
 * encrypts.
 */
export class PushService {
  readonly received: ReceivedPush[] = [];
  readonly ca: string;
  /** The answers to the next pushes, in this order. When none are left, every answer is `usual`. */
  answers: PushAnswer[] = [];
  usual: PushAnswer = { status: 201 };
  attempts = 0;
  private readonly server: Server;
  private readonly browsers = new Map<string, Browser>();
  private readonly serverKey: () => string;

  /** `serverKey`: the VAPID public key with which the browsers subscribed. */
  constructor(serverKey: () => string) {
    this.serverKey = serverKey;
    const { key, cert } = selfSigned();
    this.ca = cert;
    this.server = createServer({ key, cert }, (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.attempts++;
        const answer = this.answers.shift() ?? this.usual;
        try {
          if (answer.status === 201) this.take(request.url ?? '', request.headers, Buffer.concat(parts));
        } catch (error) {
          response.writeHead(400).end((error as Error).message);
          return;
        }
        response.writeHead(answer.status, answer.headers).end();
      });
    });
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Subscribes a browser. Returns the body that the app would post to /v1/channels. */
  subscribe(): Extract<ChannelRequest, { kind: 'webpush' }> {
    const browser = new Browser();
    const path = `/push/${randomBytes(12).toString('hex')}`;
    this.browsers.set(path, browser);
    const { port } = this.server.address() as AddressInfo;
    return {
      kind: 'webpush',
      endpoint: `https://localhost:${port}${path}`,
      keys: browser.keys,
      userAgent: 'Mozilla/5.0 (Linux; Android 15) Chrome/140',
    };
  }

  private take(path: string, headers: ReceivedPush['headers'], body: Buffer): void {
    const browser = this.browsers.get(path);
    if (!browser) throw new Error('no such subscription');
    if (headers['content-encoding'] !== 'aes128gcm') throw new Error('the encoding must be aes128gcm');
    checkVapid(
      String(headers.authorization),
      `https://localhost:${(this.server.address() as AddressInfo).port}`,
      this.serverKey(),
    );
    this.received.push({ body: NotificationBody.parse(JSON.parse(browser.decrypt(body))), headers, atMs: Date.now() });
  }
}

/**
 * Checks the server's signature (RFC 8292): a JWT for the push service's origin, signed with the key with which the browser subscribed.
 */
function checkVapid(authorization: string, audience: string, serverKey: string): void {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  if (key !== serverKey) throw new Error('the server has another key than the server to which the browser subscribed');
  const [header = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const isGood = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isGood) throw new Error('the VAPID signature is wrong');
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
    aud: string;
    exp: number;
    sub: string;
  };
  const inS = exp - Date.now() / 1000;
  if (aud !== audience || inS < 0 || inS > 86_400 || !/^(mailto:|https:)/.test(sub))
    throw new Error('the VAPID claims are wrong');
}

class Browser {
  private readonly ecdh = createECDH('prime256v1');
  private readonly auth = randomBytes(16);

  constructor() {
    this.ecdh.generateKeys();
  }

  get keys(): { p256dh: string; auth: string } {
    return { p256dh: this.ecdh.getPublicKey('base64url'), auth: this.auth.toString('base64url') };
  }

  /** Decrypts a message (RFC 8291, 3.4) that is a single record of RFC 8188. */
  decrypt(body: Buffer): string {
    const salt = body.subarray(0, 16);
    const keyLength = body.readUInt8(20);
    const serverKey = body.subarray(21, 21 + keyLength);
    const record = body.subarray(21 + keyLength);
    const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), this.ecdh.getPublicKey(), serverKey]);
    const input = derive(this.ecdh.computeSecret(serverKey), this.auth, keyInfo, 32);
    const key = derive(input, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(input, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    // The byte 2 marks the end of the text in the last record. Padding follows it.
    return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
  }
}

const derive = (secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length));
