import type { RateLimit } from '../program/rate-limit.js';
import type { FaceService } from './face-service.js';

/** The same service, called no more often than a limit allows. */
export function limitRate(service: FaceService, limit: RateLimit): FaceService {
  return {
    name: service.name,
    versions: (signal) => service.versions(signal),
    analyze: async (photo, call) => {
      await limit.turn(call.signal);
      return service.analyze(photo, call);
    },
    compare: async (source, target, call) => {
      await limit.turn(call.signal);
      return service.compare(source, target, call);
    },
    close: () => service.close(),
  };
}
