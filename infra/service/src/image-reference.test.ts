import { parseImage } from './image-reference.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseImage', () => {
  it.each([
    ['server', { repository: 'server' }],
    ['server:0.1.0', { repository: 'server', tag: '0.1.0' }],
    ['registry:5000/faces/server', { repository: 'registry:5000/faces/server' }],
    ['registry:5000/faces/server:0.1.0', { repository: 'registry:5000/faces/server', tag: '0.1.0' }],
    [`registry/server@${DIGEST}`, { repository: 'registry/server', digest: DIGEST }],
    [`registry:5000/server:0.1.0@${DIGEST}`, { repository: 'registry:5000/server', tag: '0.1.0', digest: DIGEST }],
  ])('takes %s apart', (image, parts) => {
    expect(parseImage(image)).toEqual(parts);
  });
});
