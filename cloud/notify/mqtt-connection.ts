import { isIP } from 'node:net';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import type { AddressGuard } from './address-guard.ts';

export type MqttTarget = Extract<ChannelRequest, { kind: 'mqtt' }>;

const PROTOCOLS = ['mqtt:', 'mqtts:', 'tcp:', 'ssl:', 'ws:', 'wss:'];

/**
 * Connects to the address that the guard has resolved and checked, because the MQTT library accepts no look-up
 * function. Does not reconnect.
 */
export async function connectMqtt(
  target: MqttTarget,
  guard: AddressGuard,
  more: IClientOptions = {},
): Promise<MqttClient> {
  const url = new URL(target.url);
  if (!PROTOCOLS.includes(url.protocol)) throw new Error(`${url.protocol} is not supported`);
  guard.checkLiteral(url.hostname);
  const host = isIP(url.hostname.replace(/^\[|\]$/g, '')) ? url.hostname : await resolve(url.hostname, guard);
  const isWebSocket = url.protocol.startsWith('ws');
  return connectAsync({
    protocol: url.protocol.slice(0, -1) as 'mqtt',
    ...(isWebSocket ? { path: url.pathname } : {}),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    host: isWebSocket ? url.hostname : host.replace(/^\[|\]$/g, ''),
    servername: url.hostname,
    wsOptions: { lookup: guard.lookup },
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    reconnectPeriod: 0,
    connectTimeout: 8_000,
    ...more,
  });
}

function resolve(hostname: string, guard: AddressGuard): Promise<string> {
  return new Promise((resolved, rejected) =>
    guard.lookup(hostname, {}, (error, address) =>
      error || typeof address !== 'string' ? rejected(error ?? new Error('no address')) : resolved(address),
    ),
  );
}
