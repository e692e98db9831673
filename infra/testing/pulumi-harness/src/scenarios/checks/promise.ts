import { timelinesOf } from '../../timeline/timeline.js';
import { expect } from '../expect.js';
import type { Scenario } from '../scenario.js';

/** Seconds that were promised for the service: those of the original. */
const PROMISED = { up: 600, destroy: 360 } as const;

/** How long AWS would take. */
export const promise: readonly Scenario[] = [
  {
    name: 'promise',
    what: `service: by its dependencies and a time for each type of resource, up takes at most ${PROMISED.up / 60} minutes and destroy at most ${PROMISED.destroy / 60}`,
    run: async ({ shelf, keep }) => {
      const platform = timelinesOf('platform', (await shelf.ready('platform')).state);
      const service = timelinesOf('service', (await shelf.ready('service')).state);
      keep([...platform, ...service]);
      for (const { command, seconds, spans } of service) {
        const path = spans.filter(({ isCritical }) => isCritical).map(({ name }) => name);
        const got = `${seconds} s by way of ${path.join(', ')}`;
        expect(seconds <= PROMISED[command], `${command} within ${PROMISED[command]} s`, got);
      }
      return [...platform, ...service]
        .map(({ program, command, seconds }) => `${program} ${command} ${seconds} s`)
        .join(', ');
    },
  },
];
