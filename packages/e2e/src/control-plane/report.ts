import { writeFile } from 'node:fs/promises';
import { describeMachine, type Machine } from '../service/machine.js';
import type { Figures } from './stage.js';

/** What came of one check. */
export interface Result {
  readonly name: string;
  readonly what: string;
  readonly tookMs: number;
  /** Undefined where it failed. */
  readonly figures?: Figures;
  /** Why it failed. */
  readonly error?: string;
}

/** The figures of a run, for the docs. */
export interface ControlPlaneReport {
  readonly machine: Machine;
  readonly results: readonly Result[];
}

export async function writeReport(file: string, results: readonly Result[]): Promise<void> {
  const report: ControlPlaneReport = { machine: describeMachine(new Date()), results };
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`written: ${file}`);
}

/** `ok   same-space 8.1 s: tookMs 2301, phases Loading > Canary 10 > …` */
export function resultLine({ name, tookMs, figures, error }: Result): string {
  const outcome = error === undefined ? 'ok  ' : 'FAIL';
  const said = error ?? figuresText(figures ?? {});
  return `${outcome} ${name} ${(tookMs / 1000).toFixed(1)} s: ${said}`;
}

function figuresText(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? value.join(' > ') : String(value)}`)
    .join(', ');
}
