import { formatJson } from './format-json.js';

it('the answer is indented, with vectors cut short', () => {
  expect(
    formatJson('{"Faces":[{"Confidence":0.995,"face_hash":[0.1,-0.2,0.3,0.4,0.5,0.6]}],"FaceModelVersion":"2.0.0"}'),
  ).toBe(`{
  "Faces": [
    {
      "Confidence": 0.995,
      "face_hash": [0.1, -0.2, 0.3, 0.4, … 2 more]
    }
  ],
  "FaceModelVersion": "2.0.0"
}`);
});
