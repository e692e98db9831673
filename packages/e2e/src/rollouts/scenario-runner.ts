import { openRig, type Rig } from './rig/rig.js';
import { Stage } from './rig/stage.js';
import type { ScenarioRun } from './run-record.js';
import { chooseTraffic } from './scenarios/install.js';
import type { RolloutScenario } from './scenarios/index.js';

interface Opened {
  readonly rig: Rig;
  readonly stage: Stage;
}

/** Runs scenarios one after the other on one stage, which is made ready for the first of them. */
export class ScenarioRunner {
  #opened: Promise<Opened> | undefined;
  readonly runs: ScenarioRun[] = [];

  /**
   * @returns what the cluster lacks for the scenario, as a sentence; undefined when it ran
   * @throws Error of the scenario, after it has been recorded
   */
  async run(scenario: RolloutScenario): Promise<string | undefined> {
    this.#opened ??= open();
    const { stage } = await this.#opened;
    const missing = scenario.missing?.(stage);
    if (missing !== undefined) return missing;
    if (stage.perSecond === 0) await chooseTraffic(stage);
    stage.forget();
    const startedMs = Date.now();
    const record = (figures: ScenarioRun['figures'], error?: string): void => {
      const { marks, records } = stage;
      const { name, what } = scenario;
      this.runs.push({
        ...{ name, what, startedMs, endedMs: Date.now(), marks, records, figures },
        ...(error === undefined ? {} : { error }),
      });
    };
    try {
      const figures = await scenario.run(stage);
      record(figures);
      console.log(`  ok: ${scenario.what}`);
      console.log(`      ${textOf(figures)}`);
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      console.error(await stage.describe());
      await stage.end().catch(() => undefined);
      record({}, message);
      throw new Error(`expected that ${scenario.what}: ${message}`, { cause: error });
    }
  }

  /** Takes out of the cluster what was put into it. */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await opened?.rig.close();
  }
}

async function open(): Promise<Opened> {
  const rig = await openRig();
  const startedMs = Date.now();
  await rig.install();
  const installedMs = Date.now();
  const stage = await Stage.open(rig, 'rollouts');
  await stage.untilServing('default');
  stage.openingFigures = {
    installSeconds: Math.round((installedMs - startedMs) / 100) / 10,
    readySeconds: Math.round((Date.now() - installedMs) / 100) / 10,
  };
  return { rig, stage };
}

function textOf(figures: ScenarioRun['figures']): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
