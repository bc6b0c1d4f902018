import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

type Interfaces = Record<string, NetworkInterfaceInfo[] | undefined>;

const EVERYWHERE = ['0.0.0.0', '::'];

/**
 * Where a phone finds the app: at the public address, else at this machine's address in the local network if the server listens there;
 * null: nowhere.
 */
export function phoneAddress(
  served: string,
  { host, publicUrl }: { host: string; publicUrl: string | null },
  interfaces: Interfaces = networkInterfaces(),
): string | null {
  if (publicUrl !== null) return publicUrl;
  const { port, hostname } = new URL(served);
  if (!EVERYWHERE.includes(host)) return isLoopback(hostname) ? null : served;
  const own = Object.entries(interfaces)
    .flatMap(([name, addresses]) => (addresses ?? []).map((each) => ({ name, ...each })))
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .sort((a, b) => rank(a) - rank(b))[0];
  return own ? `http://${own.address}:${port}` : null;
}

/** Bridges of containers and virtual machines: no phone is in these networks. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman|lxc)/;
/** RFC 1918 addresses come from a home's router. VPN addresses (100.64/10 of Tailscale) are reachable only from phones in the VPN. */
const AT_HOME = /^(192\.168\.|10\.|172\.(1[6-9]|2\d|3[01])\.)/;

const rank = ({ name, address }: { name: string; address: string }): number =>
  (VIRTUAL.test(name) ? 2 : 0) + (AT_HOME.test(address) ? 0 : 1);

const isLoopback = (hostname: string): boolean => /^(127\.|\[::1\]|localhost)/.test(hostname);
