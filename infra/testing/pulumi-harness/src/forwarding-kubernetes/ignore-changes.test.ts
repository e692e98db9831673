import { applyIgnoringChanges, ownersOf } from './ignore-changes.js';

const live = (manager: string, model: string): Record<string, unknown> => ({
  metadata: {
    managedFields: [
      {
        manager: 'pulumi',
        fieldsV1: { 'f:spec': { 'f:replicas': {}, ...(manager === 'pulumi' ? { 'f:model': {} } : {}) } },
      },
      ...(manager === 'pulumi' ? [] : [{ manager, fieldsV1: { 'f:spec': { 'f:model': {} } } }]),
    ],
  },
  spec: { replicas: 2, model: model },
});
const wanted = { spec: { replicas: 3, model: 'first' } };

describe('an ignored field', () => {
  it('that somebody else owns is left out, so that it stays theirs', () => {
    expect(applyIgnoringChanges(wanted, live('kubectl-patch', 'second'), ['spec.model'], 'pulumi')).toEqual({
      spec: { replicas: 3 },
    });
  });

  it('that is still ours goes out as it is in the cluster; left out it would be removed', () => {
    expect(applyIgnoringChanges(wanted, live('pulumi', 'second'), ['spec.model'], 'pulumi')).toEqual({
      spec: { replicas: 3, model: 'second' },
    });
  });

  it('that is not in the cluster goes out as it is wanted', () => {
    expect(applyIgnoringChanges(wanted, { spec: {} }, ['spec.model'], 'pulumi')).toEqual(wanted);
  });

  it('may be the value of an annotation', () => {
    const annotated = { metadata: { annotations: { 'a.b/c': 'ours' } } };
    const theirs = {
      metadata: {
        annotations: { 'a.b/c': 'theirs' },
        managedFields: [{ manager: 'other', fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:a.b/c': {} } } } }],
      },
    };

    expect(applyIgnoringChanges(annotated, theirs, ['metadata.annotations["a.b/c"]'], 'pulumi')).toEqual({
      metadata: { annotations: {} },
    });
  });
});

describe('the owners of a field', () => {
  it('are all managers that have it or something below it', () => {
    expect(ownersOf(live('kubectl-patch', 'second'), ['spec'])).toEqual(['pulumi', 'kubectl-patch']);
    expect(ownersOf(live('kubectl-patch', 'second'), ['spec', 'model'])).toEqual(['kubectl-patch']);
  });
});
