import { nearestName } from './nearest-name.js';

describe('nearestName', () => {
  it.each([
    ['regoin', 'region'],
    ['max_nodes', 'maxNodes'],
    ['MAXNODES', 'maxNodes'],
  ])('takes %s for %s', (written, meant) => expect(nearestName(written, ['region', 'maxNodes', 'name'])).toBe(meant));

  it('guesses nothing where nothing is near', () => {
    expect(nearestName('colour', ['region', 'maxNodes'])).toBeUndefined();
    expect(nearestName('x'.repeat(1000), ['x'])).toBeUndefined();
  });
});
