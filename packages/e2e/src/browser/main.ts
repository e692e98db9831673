import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runProgram, type MissedGoal } from '../terminal/program.js';
import { accessible } from './accessible.js';
import type { Check, Stage } from './check.js';
import { launchChromium } from './chromium.js';
import { comparing } from './comparing.js';
import { explorer } from './explorer.js';
import { failing } from './failing.js';
import { takeScreenshots } from './screenshots.js';
import { proxyBelow, startPlain, startRollout, startWithKeys, type Service } from './services.js';
import { makeTestFiles } from './test-files.js';
import { versions } from './versions.js';

const USAGE = `Uses the page and the API explorer of the built service in a headless Chromium.

  node packages/e2e/dist/browser/main.js [options]

  --only TEXT          only checks whose name has this text in it
  --screenshots DIR    takes pictures of the page, too, into a folder such as docs/guides/images
  --help`;

/** Where the build puts the page, seen from the root of the repository. */
const PAGE = 'packages/web/dist/index.html';

const CHECKS: readonly Check[] = [...comparing, ...failing, ...versions, ...accessible, ...explorer];

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({ options: { only: { type: 'string' }, screenshots: { type: 'string' } } });
  await access(PAGE).catch((cause: unknown) => {
    throw new Error(`${PAGE} is missing: run "npm run build" at the root of the repository first`, { cause });
  });
  const scratch = await mkdtemp(join(tmpdir(), 'browser-'));
  const opened: Pick<Service, 'close'>[] = [];
  const keep = <T extends Pick<Service, 'close'>>(service: T): T => {
    opened.push(service);
    return service;
  };
  try {
    const files = await makeTestFiles(join(scratch, 'photos'));
    const plain = keep(await startPlain());
    const stage: Stage = {
      files,
      plain,
      keyed: keep(await startWithKeys(scratch)),
      rollout: keep(await startRollout(scratch)),
      proxy: keep(await proxyBelow('/faces', plain)),
      browser: keep(await launchChromium(files.video)),
    };
    const missed: MissedGoal[] = [];
    for (const check of CHECKS.filter(({ name }) => name.includes(flags.only ?? ''))) {
      try {
        await check.run(stage);
        console.log(`  ok  ${check.name}`);
      } catch (error) {
        const got = error instanceof Error ? error.message : String(error);
        console.log(`  NO  ${check.name}`);
        missed.push({ what: check.name, wanted: 'no error', got });
      }
    }
    if (flags.screenshots !== undefined) {
      const pictures = await takeScreenshots(stage, flags.screenshots);
      console.log(`  ${pictures.length} pictures of the page in ${flags.screenshots}`);
    }
    return missed;
  } finally {
    for (const service of opened.reverse()) await service.close();
    await rm(scratch, { recursive: true });
  }
}

await runProgram(USAGE, main);
