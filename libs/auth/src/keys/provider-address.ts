import { BlockList, isIPv6 } from 'node:net';

/** Where a provider may be: on the internet, or in the application's own network too. */
export type Network = 'public' | 'private';
type Kind = 'public' | 'private' | 'loopback' | 'forbidden';
type Subnet = readonly [address: string, prefix: number];

/** Nobody's provider: unspecified, link-local (where clouds keep the credentials of machines), multicast, reserved, broadcast. @see RFC 6890 §2.2 */
const FORBIDDEN = subnets(
  ['0.0.0.0', 8], ['169.254.0.0', 16], ['192.0.0.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
  ['::', 128], ['fe80::', 10], ['ff00::', 8],
  // The same credentials elsewhere: of AWS over IPv6, of Alibaba.
  ['fd00:ec2::254', 128], ['100.100.100.200', 32],
);
const LOOPBACK = subnets(['127.0.0.0', 8], ['::1', 128]);
/** @see RFC 1918 §3, RFC 6598 §7, RFC 4193 §3.1; site-local, NAT64 of one's own (RFC 8215), benchmarks (RFC 2544). */
const PRIVATE = subnets(
  ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['198.18.0.0', 15],
  ['fc00::', 7], ['fec0::', 10], ['64:ff9b:1::', 48],
);
/** Addresses that have one of IPv4 in them: translated (RFC 6052 §2.1), compatible (RFC 4291 §2.5.5.1), SIIT, 6to4 (RFC 3056 §2), Teredo. */
const TRANSLATED = subnets(['64:ff9b::', 96]);
const TUNNELLED = subnets(['::', 96], ['::ffff:0:0:0', 96], ['2002::', 16], ['2001::', 32]);

/** Whether a host is written as this machine itself. What another name resolves to does not count. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Why a host must not be reached at an address, or `null` where it may be. This machine is reached by hosts only that say so. */
export function addressProblem(host: string, address: string, network: Network): string | null {
  const kind = kindOf(address);
  if (kind === 'forbidden') return 'is at an address that no identity provider has (link-local, multicast or reserved)';
  if (isLoopbackHost(host)) return kind === 'loopback' ? null : 'resolves to another machine';
  return kind === 'public' || (kind === 'private' && network === 'private') ? null : `is at a ${kind} address`;
}

function kindOf(scoped: string): Kind {
  const [address = ''] = scoped.split('%', 1);
  // Of an IPv4-mapped IPv6 address a BlockList checks the IPv4 one.
  const within = (list: BlockList): boolean => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  if (within(FORBIDDEN)) return 'forbidden';
  if (within(LOOPBACK)) return 'loopback';
  if (within(PRIVATE)) return 'private';
  if (!isIPv6(address)) return 'public';
  if (within(TRANSLATED)) return kindOf(lastAsIpv4(address));
  return within(TUNNELLED) ? 'forbidden' : 'public';
}

/** The last 32 bits of an IPv6 address. */
function lastAsIpv4(address: string): string {
  // URL writes an IPv6 address in its one short form, without dots.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':').slice(-2);
  return groups.map((group) => parseInt(group || '0', 16)).flatMap((group) => [group >> 8, group & 255]).join('.');
}

function subnets(...list: readonly Subnet[]): BlockList {
  const blocked = new BlockList();
  for (const [address, prefix] of list) blocked.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  return blocked;
}
