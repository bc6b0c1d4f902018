import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import type { NtfyTopic } from '@earshot/shared/contracts/api.ts';
import type { z } from 'zod';

/**
 * Creates an ntfy topic for one person. Everybody who knows the name of a topic can read its messages, so the name contains 120 random
 * bits. The QR code contains the address with which the ntfy app subscribes to the topic
 * (https://docs.ntfy.sh/subscribe/phone/#ntfy-links).
 */
export async function makeNtfyTopic(serverUrl: string): Promise<z.infer<typeof NtfyTopic>> {
  const topic = `earshot-${randomBytes(15).toString('hex')}`;
  const base = new URL(serverUrl);
  const url = new URL(topic, `${serverUrl.replace(/\/$/, '')}/`).href;
  const appLink = `ntfy://${base.host}/${topic}?display=Earshot${base.protocol === 'http:' ? '&secure=false' : ''}`;
  return { url, topic, server: base.host, appLink, qrSvg: await QRCode.toString(appLink, { type: 'svg', margin: 1 }) };
}
