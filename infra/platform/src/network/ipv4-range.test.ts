import { contains, isAligned, isPrivate, prefixLength, subRange } from './ipv4-range.js';

describe('an IPv4 range', () => {
  it('is private in the ranges of RFC 1918 and RFC 6598', () => {
    expect(['10.0.0.0/8', '10.255.0.0/16', '172.31.0.0/16', '192.168.4.0/24', '100.127.0.0/16'].every(isPrivate)).toBe(
      true,
    );
    expect(['172.32.0.0/16', '11.0.0.0/16', '10.0.0.0/7', '100.128.0.0/16', '0.0.0.0/0'].some(isPrivate)).toBe(false);
  });

  it('is aligned where its address is its first', () => {
    expect(['10.0.0.0/16', '10.0.16.0/20', '255.255.255.255/32', '0.0.0.0/0'].every(isAligned)).toBe(true);
    expect(['10.0.1.0/16', '10.0.8.0/20', '128.0.0.0/0'].some(isAligned)).toBe(false);
  });

  it('is cut into parts', () => {
    expect(subRange('10.0.0.0/16', 18, 1)).toBe('10.0.64.0/18');
    expect(subRange('192.168.128.0/18', 22, 15)).toBe('192.168.188.0/22');
    expect(prefixLength('10.0.0.0/16')).toBe(16);
    expect(contains('10.0.0.0/16', '10.0.255.0/24')).toBe(true);
    expect(contains('10.0.0.0/16', '10.1.0.0/24')).toBe(false);
    expect(contains('10.0.0.0/16', '10.0.0.0/15')).toBe(false);
  });
});
