import Type from 'typebox';
import { Value } from 'typebox/value';
import { createHttpSender } from '../service/http.js';
import type { Service } from './contenders.js';
import { composePhoto, type PhotoSpec } from './photos.js';

/** A photo to be posted, and at which concurrencies. */
export interface Scenario {
  readonly name: string;
  readonly photo: PhotoSpec;
  readonly concurrencies: readonly number[];
  /** The JSON that is posted. */
  readonly body: Buffer;
}

const REQUEST_TIMEOUT_MS = 300_000;

/** Composes the photo. */
export async function prepareScenario(photo: PhotoSpec, concurrencies: readonly number[]): Promise<Scenario> {
  const jpeg = await composePhoto(photo);
  return {
    name: photoName(photo),
    photo,
    concurrencies,
    body: Buffer.from(JSON.stringify({ img: jpeg.toString('base64') })),
  };
}

/** As in `1920x1080, 1 face`. */
export function photoName({ widthPx, heightPx, faces }: PhotoSpec): string {
  return `${widthPx}x${heightPx}, ${faces} ${faces === 1 ? 'face' : 'faces'}`;
}

// A connection for each request: with kept connections, those that happened to go to one worker of the peer would stay
// there and leave its other worker idle. It costs all services the same fraction of a millisecond.
const send = createHttpSender('one-request');

/** Posts a scenario's photo once. */
export function post(
  baseUrl: string,
  scenario: Scenario,
  headers: Readonly<Record<string, string>> = {},
): ReturnType<typeof send> {
  return send({
    method: 'POST',
    url: `${baseUrl}/face_comparison`,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: scenario.body,
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
}

const FacesCountSchema = Type.Object({ Faces: Type.Array(Type.Unknown()) });

/**
 * Lets every lane see every photo, and makes sure that all contenders will do the same work.
 *
 * @throws Error when an answer has not exactly the expected faces
 */
export async function warmUp(
  { contender, baseUrl }: Pick<Service, 'contender' | 'baseUrl'>,
  scenarios: readonly Scenario[],
  lanes: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const scenario of scenarios) {
    const answers = await Promise.all(Array.from({ length: lanes }, () => post(baseUrl, scenario, headers)));
    for (const answer of answers) {
      const text = answer.body.toString('utf8');
      if (answer.status !== 200) {
        throw new Error(`${contender}, ${scenario.name}: expected 200, got ${answer.status}: ${text.slice(0, 300)}`);
      }
      const json: unknown = JSON.parse(text);
      const faces = Value.Check(FacesCountSchema, json) ? json.Faces.length : undefined;
      if (faces !== scenario.photo.faces) {
        throw new Error(
          `${contender}, ${scenario.name}: expected ${scenario.photo.faces} faces, got ${faces ?? 'no list'}; the contenders would not do the same work`,
        );
      }
    }
  }
}
