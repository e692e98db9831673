import { compareResourceVersions, keyOf, keyText, parseKey } from './objects.js';
import { isControlledBy, ownerKeys, ownerReference } from './owners.js';

describe('keys', () => {
  it.each([{ name: 'a' }, { namespace: 'n', name: 'a' }])('go to text and back: %o', (key) => {
    expect(parseKey(keyText(key))).toEqual(key);
  });

  it('come from objects with names only', () => {
    expect(keyOf({ metadata: { name: 'a', namespace: 'n' } })).toEqual({ namespace: 'n', name: 'a' });
    expect(keyOf({ metadata: { name: 'a' } })).toEqual({ name: 'a' });
    expect(() => keyOf({})).toThrow('without metadata.name');
  });
});

describe('resourceVersions', () => {
  it('are compared as the numbers they are', () => {
    expect(compareResourceVersions('9', '10')).toBeLessThan(0);
    expect(compareResourceVersions('10', '10')).toBe(0);
    expect(compareResourceVersions('99999999999999999999', '99999999999999999998')).toBeGreaterThan(0);
  });
});

describe('owners', () => {
  const owner = { apiVersion: 'example.dev/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'n', uid: 'u' } };
  const child = (controller: boolean) => ({
    metadata: { name: 'c', namespace: 'n', ownerReferences: [ownerReference(owner, { controller })] },
  });

  it('are found by kind and group, if they are the controller', () => {
    expect(ownerKeys({ kind: 'Widget' })(child(true))).toEqual([{ namespace: 'n', name: 'w' }]);
    expect(ownerKeys({ kind: 'Widget', group: 'example.dev' })(child(true))).toEqual([{ namespace: 'n', name: 'w' }]);
    expect(ownerKeys({ kind: 'Widget', group: 'other.dev' })(child(true))).toEqual([]);
    expect(ownerKeys({ kind: 'Gadget' })(child(true))).toEqual([]);
    expect(ownerKeys({ kind: 'Widget' })(child(false))).toEqual([]);
    expect(ownerKeys({ kind: 'Widget' })({})).toEqual([]);
  });

  it('are told by uid, not by name', () => {
    expect(isControlledBy(child(true), 'u')).toBe(true);
    expect(isControlledBy(child(true), 'another')).toBe(false);
    expect(isControlledBy(child(false), 'u')).toBe(false);
  });

  it('need a kind and a uid', () => {
    expect(() => ownerReference({ metadata: { name: 'w' } })).toThrow(
      'needs apiVersion, kind, name and uid; got {"name":"w"}',
    );
  });
});
