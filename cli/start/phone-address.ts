import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

type Interfaces = Record<string, NetworkInterfaceInfo[] | undefined>;

const EVERYWHERE = ['0.0.0.0', '::'];

/** Where a phone finds the app: the public address; this machine's in the local network if it listens there; null: nowhere. */
export function phoneAddress(
  served: string,
  { host, publicUrl }: { host: string; publicUrl: string | null },
  interfaces: Interfaces = networkInterfaces(),
): string | null {
  if (publicUrl !== null) return publicUrl;
  const { port, hostname } = new URL(served);
  if (!EVERYWHERE.includes(host)) return isLoopback(hostname) ? null : served;
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return own ? `http://${own.address}:${port}` : null;
}

const isLoopback = (hostname: string): boolean => /^(127\.|\[::1\]|localhost)/.test(hostname);
