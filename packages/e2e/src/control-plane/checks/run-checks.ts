import { forEachConcurrently } from '../../terminal/concurrency.js';
import type { Bench } from '../bench.js';
import { OperatorProcess } from '../operator/operator-process.js';
import { resultLine, type Result } from '../report.js';
import { Stage } from '../stage.js';
import type { Check } from './check.js';

/** Checks wait most of their time, so that many run side by side on two cores. */
const AT_ONCE = 6;

/** Runs checks, each on a stage of its own: first those that bring their own operators, then the others, all under one. */
export async function runChecks(bench: Bench, checks: readonly Check[], atOnce = AT_ONCE): Promise<Result[]> {
  const own = checks.filter(({ ownOperator }) => ownOperator === true);
  const shared = checks.filter(({ ownOperator }) => ownOperator !== true);
  const results: Result[] = [];
  const runAll = (some: readonly Check[]): Promise<void> =>
    forEachConcurrently(some, atOnce, async (check) => {
      const result = await runOne(bench, check);
      results.push(result);
      console.log(resultLine(result));
    });
  await runAll(own);
  if (shared.length === 0) return results;
  const operator = await OperatorProcess.start({ credentials: bench.proxy.credentials });
  try {
    await runAll(shared);
    if (operator.obituary !== undefined) throw new Error(operator.obituary);
  } finally {
    await operator.stop();
  }
  return results;
}

async function runOne(bench: Bench, { name, what, run }: Check): Promise<Result> {
  const started = Date.now();
  let stage: Stage | undefined;
  try {
    stage = await Stage.open(bench, name);
    const figures = await run(stage);
    return { name, what, tookMs: Date.now() - started, figures };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name, what, tookMs: Date.now() - started, error: message };
  } finally {
    await stage?.close();
  }
}
