import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import { phoneAddress } from './phone-address.ts';

const address = (given: { address: string; internal: boolean; family: 'IPv4' | 'IPv6' }): NetworkInterfaceInfo =>
  ({ netmask: '', mac: '', cidr: null, scopeid: 0, ...given }) as NetworkInterfaceInfo;

const NETWORK = {
  lo: [address({ address: '127.0.0.1', internal: true, family: 'IPv4' })],
  wlan0: [
    address({ address: 'fe80::1', internal: false, family: 'IPv6' }),
    address({ address: '192.168.178.20', internal: false, family: 'IPv4' }),
  ],
};
const LOCAL = 'http://127.0.0.1:8080';

test.each([
  ['none by default, because no phone can reach 127.0.0.1', '127.0.0.1', null, null],
  [
    'the one in the local network when the cloud listens on all interfaces',
    '0.0.0.0',
    null,
    'http://192.168.178.20:8080',
  ],
  ['the public URL when there is one', '0.0.0.0', 'https://home.example.org', 'https://home.example.org'],
])('the address for phones: %s', (_name, host, publicUrl, found) => {
  expect(phoneAddress(LOCAL, { host, publicUrl }, NETWORK)).toBe(found);
});

test("uses the machine's only address", () => {
  const served = 'http://192.168.178.20:8080';
  expect(phoneAddress(served, { host: '192.168.178.20', publicUrl: null }, NETWORK)).toBe(served);
});

test('prefers the home network to container bridges and VPNs', () => {
  const interfaces = {
    docker0: [address({ address: '172.17.0.1', internal: false, family: 'IPv4' })],
    tailscale0: [address({ address: '100.101.102.103', internal: false, family: 'IPv4' })],
    ...NETWORK,
  };
  const everywhere = { host: '0.0.0.0', publicUrl: null };
  expect(phoneAddress(LOCAL, everywhere, interfaces)).toBe('http://192.168.178.20:8080');
  expect(phoneAddress(LOCAL, everywhere, { docker0: interfaces.docker0, tailscale0: interfaces.tailscale0 })).toBe(
    'http://100.101.102.103:8080',
  );
});

test('a machine without a network has no phone address', () => {
  expect(phoneAddress(LOCAL, { host: '0.0.0.0', publicUrl: null }, { lo: NETWORK.lo, eth0: undefined })).toBeNull();
});
