import { expect } from '../expect.js';
import { CLIENT_KEYS } from '../settings.js';
import type { Scenario } from '../scenario.js';

/** Keys of clients in places where somebody may read them. */
export const secrets: readonly Scenario[] = [
  {
    name: 'secrets',
    what: 'service: the keys of clients are in clear neither in the state, nor in the event log, nor in what is printed',
    run: async ({ shelf }) => {
      const { up, state } = await shelf.ready('service');
      const places = { 'the state': state.text, 'the event log': up.events.text, 'the output': up.output };
      let looked = 0;
      for (const [client, key] of Object.entries(CLIENT_KEYS)) {
        for (const form of [key, Buffer.from(key).toString('base64')]) {
          for (const [place, text] of Object.entries(places)) {
            expect(!text.includes(form), `no key of ${client} in ${place}`, `it, at character ${text.indexOf(form)}`);
            looked += 1;
          }
        }
      }
      // Whoever looks for something must know that it could be there.
      expect(state.text.includes('ciphertext'), 'secrets in the state', 'none');
      return `${looked} places`;
    },
  },
];
