import { photo } from './pictures.js';
import { Secrets } from './secrets.js';

it('finds keys, query strings, images and vectors in a text, and nothing where there is nothing', () => {
  const secrets = new Secrets();
  secrets.addKey('door-key-0123456789');
  secrets.addQuery('token=abc');
  secrets.addImage(photo());
  secrets.addVector([0.1, -0.2, 0.3, 0.4]);
  expect(secrets.foundIn('{"msg":"request","path":"/face_comparison"}')).toEqual([]);
  for (const text of [
    'key door-key-0123456789 was used',
    'GET /a.jpg?token=abc',
    `{"img":"${photo().toString('base64')}"}`,
    '{"face_hash":[0.1,-0.2,0.3,0.4]}',
  ]) {
    expect(secrets.foundIn(text)).not.toEqual([]);
  }
});
