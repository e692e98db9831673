import { idOf, inputsOf, referenceOf } from './object-inputs.js';

describe('the inputs that describe a live object', () => {
  it('are its values of the fields that the program sets, and no others', () => {
    const live = { spec: { replicas: 5, paused: false }, status: { ready: true }, metadata: { name: 'a', uid: '1' } };

    expect(inputsOf(live, { metadata: { name: 'a' }, spec: { replicas: 2 } })).toEqual({
      metadata: { name: 'a' },
      spec: { replicas: 5 },
    });
  });

  it('lack what is no longer there', () => {
    expect(inputsOf({ data: {} }, { data: { colour: 'red' } })).toEqual({ data: {} });
  });

  it('have the members of lists of the same length one by one', () => {
    const live = { ports: [{ port: 80, nodePort: 30080 }] };

    expect(inputsOf(live, { ports: [{ port: 81 }] })).toEqual({ ports: [{ port: 80 }] });
    expect(inputsOf({ ports: [] }, { ports: [{ port: 81 }] })).toEqual({ ports: [] });
  });

  it('keep stringData, which the server shows as data only', () => {
    expect(inputsOf({ data: { a: 'eA==' } }, { stringData: { a: 'x' } })).toEqual({ stringData: { a: 'x' } });
  });
});

describe('the name of an object', () => {
  it('is with its namespace where it has one', () => {
    const inputs = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'faces' } };

    expect(idOf(referenceOf(inputs))).toBe('faces/keys');
    expect(idOf(referenceOf({ kind: 'Namespace', metadata: { name: 'faces' } }))).toBe('faces');
  });
});
