// A worker at the edge: it has the APIs of the web and none of Node. The photo comes as a stream, the answer is JSON.
import { FaceComparison, ImageUndecodableError, parse, serialize } from '@face-comparison/client';

export default {
  async fetch(request: Request): Promise<Response> {
    const faces = new FaceComparison({ baseUrl: new URL(request.url).searchParams.get('service') ?? '' });
    const photo = await request.clone().arrayBuffer();
    const { faces: found } = await faces.analyze(request.body ?? photo);
    const [face] = found;
    if (face === undefined) return new Response('no face was found', { status: 500 });
    const { matches } = await faces.compare(photo, parse(serialize(face)));
    const error: unknown = await faces.analyze(photo.slice(0, 200)).catch((reason: unknown) => reason);
    return Response.json({
      faces: found.length,
      similarity: Math.round(matches[0]?.similarity ?? 0),
      error: error instanceof ImageUndecodableError && error.code,
      process: typeof process,
    });
  },
};
