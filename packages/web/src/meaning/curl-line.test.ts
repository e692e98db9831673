import { execFileSync } from 'node:child_process';
import { analyzeLine, compareLine, quote } from './curl-line.js';

const options = { baseUrl: 'http://127.0.0.1:8080/faces/', needsKey: false };
const jpeg = (name: string) => ({ name, mediaType: 'image/jpeg' });

describe('the curl line', () => {
  it('sends the photo as the body', () => {
    expect(analyzeLine(jpeg('anna.jpg'), { ...options, query: { detail: 'high' } })).toBe(
      `curl -s -H 'Content-Type: image/jpeg' --data-binary '@anna.jpg' 'http://127.0.0.1:8080/faces/face_comparison?detail=high'`,
    );
  });

  it('sends two photos as a form', () => {
    expect(compareLine(jpeg('a.jpg'), { name: 'b.png', mediaType: 'image/png' }, options)).toBe(
      `curl -s -F 'source=@"a.jpg";type=image/jpeg' -F 'target=@"b.png";type=image/png' 'http://127.0.0.1:8080/faces/compare'`,
    );
  });

  it('names the key and does not tell it, and pins the version', () => {
    expect(analyzeLine(jpeg('a.jpg'), { ...options, needsKey: true, modelVersion: '2.1.0' })).toContain(
      `-H "Authorization: Bearer $KEY" -H 'Face-Model-Version: 2.1.0'`,
    );
  });

  it('quotes what curl takes for its own in the name of a form file', () => {
    expect(compareLine(jpeg(String.raw`a;"b\c".jpg`), jpeg('-'), options)).toContain(
      String.raw`-F 'source=@"a;\"b\\c\".jpg";type=image/jpeg' -F 'target=@"./-";type=image/jpeg'`,
    );
  });

  it.each(["it's.jpg", '$(rm -rf).jpg', 'a b`c`.jpg', '"x"\\.jpg', 'naïve ☺.jpg'])(
    'gives a shell the word %s as it is',
    (word) => {
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' })).toBe(word);
    },
  );
});
