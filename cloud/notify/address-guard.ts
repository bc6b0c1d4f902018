import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** What a cloud's own network and machine use (RFC 6890): a member's address must not lead there. */
const INNER = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  INNER.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  // NAT64 and 6to4 carry an IPv4 address that a gateway may route inwards.
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INNER.addSubnet(net, bits, 'ipv6');

/**
 * Decides where channels may connect to. Members choose the addresses of webhooks, ntfy, MQTT and push: on a cloud for strangers they
 * must not reach what stands beside it. The address is checked as it is connected to, so a name that resolves anew gains nothing.
 */
export class AddressGuard {
  private readonly isOpen: boolean;
  private readonly allowedHosts: ReadonlySet<string>;

  /** `isOpen`: everything is allowed, for a cloud in its owner's home. `allowedHosts` are allowed whatever they resolve to. */
  constructor(isOpen: boolean, allowedHosts: readonly string[] = []) {
    this.isOpen = isOpen;
    this.allowedHosts = new Set(allowedHosts.map((host) => host.toLowerCase()));
  }

  /** Names are resolved by this; it fails where the address may not be connected to. */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    systemLookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const inner = found.find(({ address }) => this.isRefused(hostname, address));
      const [first] = found;
      if (inner || !first) return done(refusal(hostname), []);
      if (options.all) done(null, found);
      else done(null, first.address, first.family);
    });
  };

  /** For an address that is written as a number, which is not looked up. Throws what `lookup` fails with. */
  checkLiteral(hostname: string): void {
    const address = hostname.replace(/^\[|\]$/g, '');
    if (isIP(address) && this.isRefused(hostname, address)) throw refusal(hostname);
  }

  private isRefused(hostname: string, address: string): boolean {
    if (this.isOpen || this.allowedHosts.has(hostname.toLowerCase())) return false;
    return INNER.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  }
}

export const OPEN_NETWORK = new AddressGuard(true);

const refusal = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${hostname} is an address of a private network`), { code: 'PRIVATE_ADDRESS' });
