import type { Timeline } from '../timeline/timeline.js';
import { forEachConcurrently } from './concurrency.js';
import type { Scenario } from './scenario.js';
import { Shelf } from './shelf.js';

/** What came of one scenario. */
export interface Result {
  readonly name: string;
  readonly what: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was seen, why it failed, or what is missing. */
  readonly note?: string;
}

/** What `--json` writes. */
export interface Results {
  readonly timelines: readonly Timeline[];
  readonly scenarios: readonly Result[];
}

/** Runs scenarios, some at a time, each in an account of its own, and tells of each when it is over. */
export async function runScenarios(
  scenarios: readonly Scenario[],
  { seed, atOnce, tell }: { seed: number | undefined; atOnce: number; tell: (line: string) => void },
): Promise<Results> {
  const shelf = new Shelf();
  const timelines: Timeline[] = [];
  const results: Result[] = [];
  try {
    await forEachConcurrently(scenarios, atOnce, async ({ name, what, run }) => {
      const started = performance.now();
      const over = (outcome: 'passed' | 'failed', note: string): void => {
        results.push({ name, what, outcome, note });
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        tell(`${outcome === 'passed' ? 'ok  ' : 'FAIL'} ${name} ${seconds} s: ${note}`);
      };
      try {
        over('passed', await run({ shelf, seed, keep: (some) => timelines.push(...some) }));
      } catch (error) {
        over('failed', error instanceof Error ? error.message : String(error));
      }
    });
  } finally {
    await shelf.close();
  }
  const order = scenarios.map(({ name }) => name);
  return { timelines, scenarios: results.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)) };
}
