import { deepStrictEqual } from 'node:assert/strict';
import type { Workspace } from './workspace.js';

/** What each app has to work with. */
export interface Surroundings {
  readonly workspace: Workspace;
  /** Where the service is. */
  readonly service: string;
  /** Path of a photo of three faces. */
  readonly photo: string;
}

/** One way to use the SDK. */
export interface Check {
  readonly what: string;
  /** @throws Error saying what is wrong */
  readonly run: (surroundings: Surroundings) => Promise<void>;
}

/** What an app finds out about the photo: its faces, how similar it is to itself, and what half a photo is answered by. */
export const FINDINGS = { faces: 3, similarity: 100, error: 'image_undecodable' };

/** @throws Error when an app printed something else */
export function expectFindings(printed: string): void {
  deepStrictEqual(JSON.parse(printed), FINDINGS);
}
