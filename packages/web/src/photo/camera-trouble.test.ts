import { cameraTrouble } from './camera-trouble.js';

const trouble = (name: string, secure = true): string => cameraTrouble(new DOMException('', name), secure);

describe('why the camera gives no picture', () => {
  it.each([
    ['NotAllowedError', 'not allowed'],
    ['NotFoundError', 'no camera'],
    ['NotReadableError', 'another program'],
    ['SomethingNew', 'Choose a photo instead'],
  ])('%s: %s', (name, words) => {
    expect(trouble(name)).toContain(words);
  });

  it('is the missing https before all else', () => {
    expect(trouble('NotAllowedError', false)).toContain('over https');
  });
});
