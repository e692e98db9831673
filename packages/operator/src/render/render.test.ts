import { stringify } from 'yaml';

import { FULLEST, rendered, SMALLEST } from '../../test/kit/rendered.js';
import { TEMPLATE_ANNOTATION } from './template-inputs.js';

/** As YAML, without the annotation that repeats the template. */
function shown(object: object): string {
  return stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }).replace(
    new RegExp(`^( *${TEMPLATE_ANNOTATION}): .*$`, 'm'),
    '$1: <the template>',
  );
}

describe('what a FaceComparison owns', () => {
  it.each(Object.entries(rendered(SMALLEST)))('of the smallest: %s', (_, object) => {
    expect(shown(object)).toMatchSnapshot();
  });

  it.each(Object.entries(rendered(FULLEST)))('of the fullest: %s', (_, object) => {
    expect(shown(object)).toMatchSnapshot();
  });

  it.each(Object.entries(rendered(FULLEST)))('goes with it and says whose it is: %s', (_, { metadata }) => {
    expect(metadata).toMatchObject({
      namespace: 'default',
      labels: { 'app.kubernetes.io/instance': 'faces', 'app.kubernetes.io/managed-by': 'face-comparison-operator' },
      ownerReferences: [{ kind: 'FaceComparison', name: 'faces', uid: FULLEST.metadata.uid, controller: true }],
    });
  });

  it('is the same each time', () => expect(rendered(FULLEST)).toEqual(rendered(FULLEST)));
});
