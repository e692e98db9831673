import { mkdtempSync, rmSync } from 'node:fs';
import { cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isObject } from './json.js';

/**
 * A folder in which stacks live: the CLI's home, the backend with the states, and a mirror of each project. Two stacks
 * that know each other by a StackReference share one.
 */
export class Workplace {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Workplace> {
    const workplace = new Workplace(makeFolder());
    await mkdir(workplace.home);
    await mkdir(workplace.backend);
    return workplace;
  }

  /** `PULUMI_HOME` */
  get home(): string {
    return join(this.folder, 'home');
  }

  /** The folder of the `file://` backend. */
  get backend(): string {
    return join(this.folder, 'backend');
  }

  /** Where the backend keeps the state of a stack. */
  stateFile(project: string, stack: string): string {
    return join(this.backend, '.pulumi', 'stacks', project, `${stack}.json`);
  }

  /**
   * A mirror of a project's folder: its Pulumi.yaml, and links to all the rest. What the CLI writes beside Pulumi.yaml,
   * the settings of stacks, stays out of the real one.
   */
  async mirror(projectFolder: string): Promise<string> {
    const mirror = join(this.folder, 'projects', basename(projectFolder));
    await mkdir(mirror, { recursive: true });
    for (const name of await readdir(projectFolder)) {
      if (/^Pulumi\..+\.yaml$/.test(name)) continue;
      const source = join(projectFolder, name);
      const target = join(mirror, name);
      if (name === 'Pulumi.yaml') await cp(source, target);
      else await symlink(source, target).catch(ignoreExisting);
    }
    return mirror;
  }

  /** A copy with the same stacks in the same states. */
  async copy(): Promise<Workplace> {
    const copy = new Workplace(makeFolder());
    await cp(this.folder, copy.folder, { recursive: true, verbatimSymlinks: true });
    return copy;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    folders.delete(this.folder);
  }
}

function ignoreExisting(error: unknown): void {
  if (!isObject(error) || error['code'] !== 'EEXIST') throw error;
}

/** Folders that go with the process, whatever becomes of it. */
const folders = new Set<string>();
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pulumi-harness-'));
  folders.add(folder);
  return folder;
}
