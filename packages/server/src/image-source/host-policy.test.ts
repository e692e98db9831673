import { createHostPolicy, type HostPolicyConfig } from './host-policy.js';

function policy(config: Partial<HostPolicyConfig>) {
  return createHostPolicy({ allowHosts: [], denyHosts: [], allowedPorts: [80, 443], ...config });
}

const METADATA = [
  '169.254.169.254',
  'fd00:ec2::254',
  'fd20:ce::254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
];

describe('a host policy', () => {
  it.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
    ['::ffff:93.184.216.34', true],
    ['10.0.0.1', false],
    ['172.31.255.255', false],
    ['192.168.1.1', false],
    ['127.0.0.1', false],
    ['0.0.0.0', false],
    ['100.64.0.1', false],
    ['169.254.169.254', false],
    ['192.0.2.1', false],
    ['198.18.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['::1', false],
    ['::127.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::a00:1', false],
    ['64:ff9b:1::a00:1', false],
    ['2002:a00:1::', false],
    ['2001:0:a00:1::', false],
    ['fc00::1', false],
    ['fe80::1', false],
    ['fec0::1', false],
    ['ff02::1', false],
    ['4000::1', false],
    ...METADATA.map((address): [string, boolean] => [address, false]),
  ])('without exceptions: is %s public? %s', (address, expected) => {
    expect(policy({}).allowsAddress('photos.example.com', 443, address)).toBe(expected);
  });

  it('lets public hosts be reached on the ports of the web only', () => {
    const { judgeHost, allowsAddress } = policy({});
    expect(judgeHost('photos.example.com', 443)).toBe('allowed');
    expect(judgeHost('photos.example.com', 22)).toBe('port_not_allowed');
    expect(judgeHost('93.184.216.34', 80)).toBe('allowed');
    expect(judgeHost('93.184.216.34', 22)).toBe('port_not_allowed');
    expect(judgeHost('10.0.0.1', 22)).toBe('host_not_allowed');
    expect(allowsAddress('photos.example.com', 22, '93.184.216.34')).toBe(false);
  });

  it('opens a named host on every port or on the one given, whatever it resolves to', () => {
    const { judgeHost, allowsAddress, isNamed } = policy({ allowHosts: ['minio', 'store.corp.example:9000'] });
    expect(judgeHost('minio', 9000)).toBe('allowed');
    expect(isNamed('minio', 9000)).toBe(true);
    for (const address of ['10.0.0.1', '127.0.0.1', '169.254.169.254', '93.184.216.34']) {
      expect(allowsAddress('minio', 9000, address)).toBe(true);
      expect(allowsAddress('store.corp.example', 9000, address)).toBe(true);
    }
    expect(allowsAddress('store.corp.example', 80, '10.0.0.1')).toBe(false);
    expect(judgeHost('store.corp.example', 22)).toBe('port_not_allowed');
    expect(judgeHost('minio.corp.example', 9000)).toBe('port_not_allowed');
  });

  it('opens the names below a suffix to addresses inside, never to loopback, link-local or credentials', () => {
    const { judgeHost, allowsAddress } = policy({ allowHosts: ['*.corp.internal'] });
    expect(judgeHost('a.corp.internal', 9000)).toBe('allowed');
    expect(judgeHost('a.b.corp.internal', 9000)).toBe('allowed');
    expect(judgeHost('corp.internal', 80)).toBe('host_not_allowed');
    expect(judgeHost('evilcorp.internal', 80)).toBe('host_not_allowed');
    for (const address of ['10.0.0.1', '100.64.0.1', 'fd12::1', '93.184.216.34']) {
      expect(allowsAddress('a.corp.internal', 9000, address)).toBe(true);
    }
    for (const address of [
      '127.0.0.1',
      '::1',
      '0.0.0.0',
      'fe80::1',
      '224.0.0.1',
      ...METADATA.filter((a) => a !== '168.63.129.16'),
    ]) {
      expect(allowsAddress('a.corp.internal', 9000, address)).toBe(false);
    }
    expect(allowsAddress('a.corp.internal', 80, '168.63.129.16')).toBe(false);
  });

  it('opens addresses and networks, written as such and resolved to, on the port given', () => {
    const { judgeHost, allowsAddress } = policy({
      allowHosts: ['10.0.0.0/8', '127.0.0.1:9000', '[fd12::1]:9000', 'fd13::/16'],
    });
    expect(judgeHost('10.9.8.7', 9000)).toBe('allowed');
    expect(allowsAddress('photos.example.com', 9000, '10.9.8.7')).toBe(true);
    expect(allowsAddress('photos.example.com', 9000, '::ffff:10.9.8.7')).toBe(true);
    expect(allowsAddress('photos.example.com', 9000, '11.0.0.1')).toBe(false);
    expect(judgeHost('127.0.0.1', 9000)).toBe('allowed');
    expect(judgeHost('127.0.0.1', 9001)).toBe('host_not_allowed');
    expect(judgeHost('fd12::1', 9000)).toBe('allowed');
    expect(judgeHost('fd13::5', 1)).toBe('allowed');
  });

  it('opens credentials of the cloud only to an entry that means them', () => {
    for (const wide of ['0.0.0.0/0', '::/0', '100.64.0.0/10', 'fd00::/8']) {
      for (const address of METADATA) {
        expect(policy({ allowHosts: [wide] }).allowsAddress('x.example.com', 80, address)).toBe(false);
        expect(policy({ allowHosts: [wide] }).judgeHost(address, 80)).toBe('host_not_allowed');
      }
    }
    for (const address of METADATA) {
      expect(policy({ allowHosts: [address] }).judgeHost(address, 80)).toBe('allowed');
    }
    expect(policy({ allowHosts: ['169.254.0.0/16'] }).judgeHost('169.254.169.254', 80)).toBe('allowed');
  });

  it('lets what is denied win over what is allowed', () => {
    const { judgeHost, allowsAddress, isNamed } = policy({
      allowHosts: ['*.example.com', '10.0.0.0/8'],
      denyHosts: ['bad.example.com', '*.worse.example.com', '10.1.0.0/16', '93.184.216.34'],
    });
    expect(judgeHost('good.example.com', 80)).toBe('allowed');
    for (const name of ['bad.example.com', 'very.worse.example.com']) {
      expect(judgeHost(name, 80)).toBe('host_not_allowed');
      expect(isNamed(name, 80)).toBe(false);
      expect(allowsAddress(name, 80, '93.184.216.35')).toBe(false);
    }
    expect(allowsAddress('good.example.com', 80, '10.0.0.1')).toBe(true);
    expect(allowsAddress('good.example.com', 80, '10.1.0.1')).toBe(false);
    expect(judgeHost('93.184.216.34', 80)).toBe('host_not_allowed');
  });

  it('reads names as URLs write them', () => {
    const { judgeHost } = policy({ allowHosts: ['MINIO.Corp.Internal', 'bücher.local.', '0x7f.1'] });
    expect(judgeHost('minio.corp.internal', 80)).toBe('allowed');
    expect(judgeHost('xn--bcher-kva.local', 80)).toBe('allowed');
    expect(judgeHost('127.0.0.1', 80)).toBe('allowed');
  });

  it.each([
    '',
    '*',
    '*.',
    '.',
    '*.*',
    '*.10.0.0.1',
    'a b',
    'http://minio',
    'minio/path',
    'minio:0',
    'minio:65536',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    'me@minio',
    '[fd00::1',
  ])('refuses the setting %j by name', (entry) => {
    expect(() => policy({ allowHosts: [entry] })).toThrow(`${JSON.stringify(entry)} is not a host; expected`);
    expect(() => policy({ denyHosts: [entry] })).toThrow(RangeError);
  });
});
