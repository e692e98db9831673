import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServingPlan } from '@face-comparison/contract';

/** A folder of a test, gone when the test file is done. */
const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'server-test-'));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A serving plan in a file that is replaced at once, as `mv` does. */
export class PlanFile {
  readonly path: string;
  readonly #folder = temporaryFolder();

  constructor(plan: ServingPlan | string) {
    this.path = join(this.#folder, 'plan.json');
    this.write(plan);
  }

  write(plan: ServingPlan | string): void {
    const next = join(this.#folder, 'next');
    writeFileSync(next, typeof plan === 'string' ? plan : JSON.stringify(plan));
    renameSync(next, this.path);
  }

  remove(): void {
    rmSync(this.path);
  }
}

/**
 * A serving plan as the kubelet mounts it from a ConfigMap: plan.json -> ..data/plan.json, ..data -> a folder with the
 * time in its name; a change makes another folder and swaps ..data.
 */
export class MountedPlan {
  readonly path: string;
  readonly #folder = temporaryFolder();
  #count = 0;

  constructor(plan: ServingPlan) {
    this.path = join(this.#folder, 'plan.json');
    this.write(plan);
    symlinkSync('..data/plan.json', this.path);
  }

  write(plan: ServingPlan): void {
    const folder = `..2026_01_01_${this.#count++}`;
    mkdirSync(join(this.#folder, folder));
    writeFileSync(join(this.#folder, folder, 'plan.json'), JSON.stringify(plan));
    symlinkSync(folder, join(this.#folder, '..data_tmp'));
    renameSync(join(this.#folder, '..data_tmp'), join(this.#folder, '..data'));
  }

  /** Leaves nothing to read behind plan.json. */
  unmount(): void {
    rmSync(join(this.#folder, '..data'));
  }
}
