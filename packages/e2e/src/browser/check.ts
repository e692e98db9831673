import type { Browser } from 'playwright-core';
import type { Service, Proxy } from './services.js';
import type { TestFiles } from './test-files.js';
import { Visit, type Visitor } from './visit.js';

/** What checks have to work with. */
export interface Stage {
  readonly browser: Browser;
  readonly files: TestFiles;
  readonly plain: Service;
  readonly keyed: Service & { readonly key: string };
  readonly rollout: Service;
  readonly proxy: Proxy;
}

/** Something a person does with the page, and what must come of it. */
export interface Check {
  readonly name: string;
  /** @throws Error saying what came instead */
  run(stage: Stage): Promise<void>;
}

/** A check with one visitor at one service; it also fails when the browser complained. */
export function visiting(
  name: string,
  service: (stage: Stage) => Service,
  run: (visit: Visit, stage: Stage) => Promise<void>,
  visitor: Visitor = {},
): Check {
  return {
    name,
    run: async (stage) => {
      const visit = await Visit.open(stage.browser, service(stage).pageUrl, visitor);
      try {
        await run(visit, stage);
      } catch (error) {
        await visit.page.context().close();
        throw error;
      }
      await visit.close();
    },
  };
}
