import { CHECKS } from './checks.js';

/**
 * Checks the chart with Helm.
 * @throws Error saying what does not hold
 */
export async function runChart(helm: string): Promise<void> {
  for (const check of CHECKS) {
    try {
      await check.run(helm);
    } catch (error) {
      throw new Error(`expected that ${check.what}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    console.log(`  ok: ${check.what}`);
  }
}
