import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Address ranges of a cloud's own network and machine (RFC 6890), to which a member's address must not lead. */
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
  // NAT64 and 6to4 addresses contain an IPv4 address, which a gateway may route into the cloud's own network.
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INNER.addSubnet(net, bits, 'ipv6');

/**
 * Decides to which addresses channels may connect. Members choose the addresses of webhooks, ntfy, MQTT and push. On a cloud that serves
 * strangers, these must not lead into the cloud's own network. The resolved address is checked again at each connection, because a name
 * that passed the check may later resolve to another address.
 */
export class AddressGuard {
  private readonly isOpen: boolean;
  private readonly allowedHosts: ReadonlySet<string>;

  /**
   * `isOpen` allows every address, for a cloud in its owner's home. Hosts in `allowedHosts` may resolve to any address.
   */
  constructor(isOpen: boolean, allowedHosts: readonly string[] = []) {
    this.isOpen = isOpen;
    this.allowedHosts = new Set(allowedHosts.map((host) => host.toLowerCase()));
  }

  /** Resolves names. Fails when the guard forbids the resolved address. */
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

  /** Makes the same check as `lookup`, with the same error, for a numeric address, which needs no look-up. */
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
  Object.assign(new Error(`${hostname} is in a private network: an operator must allow it in EARSHOT_ALLOWED_HOSTS`), {
    code: 'PRIVATE_ADDRESS',
  });
