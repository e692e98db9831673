import { parsePath, valueAt, without, withValue } from './property-path.js';

describe('a property path', () => {
  it('has names, quoted names and indexes', () => {
    expect(parsePath('metadata.annotations["a.b/c"]')).toEqual(['metadata', 'annotations', 'a.b/c']);
    expect(parsePath('spec.ports[0].nodePort')).toEqual(['spec', 'ports', '0', 'nodePort']);
  });

  it('leads to a value, also through a list', () => {
    expect(valueAt({ spec: { ports: [{ nodePort: 1 }] } }, ['spec', 'ports', '0', 'nodePort'])).toBe(1);
    expect(valueAt({ spec: {} }, ['spec', 'model', 'name'])).toBeUndefined();
  });

  it('can be left out and filled without a change of the original', () => {
    const object = { spec: { model: 'a', replicas: 2 } };

    expect(without(object, ['spec', 'model'])).toEqual({ spec: { replicas: 2 } });
    expect(withValue(object, ['spec', 'image', 'tag'], 'x')).toEqual({
      spec: { model: 'a', replicas: 2, image: { tag: 'x' } },
    });
    expect(object).toEqual({ spec: { model: 'a', replicas: 2 } });
  });
});
