import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Findings } from './inspect.js';

/** As README.md says. */
const LIMIT_BYTES = 12_000;

/** The package as it is published, from the built dist. */
describe('the package', () => {
  let findings: Findings;

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, 'inspect.ts')]);
    findings = JSON.parse(stdout) as Findings;
  });

  it(`has less than ${LIMIT_BYTES} bytes, minified and gzipped, with its dependency`, () => {
    const { all, parseOnly } = findings.bytes;
    // For the log of CI.
    process.stdout.write(`@face-comparison/client: ${all} bytes min+gzip, with parse alone ${parseOnly}\n`);
    expect(all).toBeLessThan(LIMIT_BYTES);
  });

  it('leaves behind what is not imported', () => {
    expect(findings.bytes.parseOnly).toBeLessThan(LIMIT_BYTES / 8);
  });

  it('imports nothing but openapi-fetch', () => {
    expect(new Set(findings.imports)).toEqual(new Set(['openapi-fetch']));
  });

  it('has sources and built files in it, and no tests', () => {
    expect(findings.files).toEqual(
      expect.arrayContaining([
        'README.md',
        'LICENSE',
        'dist/index.js',
        'dist/index.cjs',
        'dist/index.d.ts',
        'dist/index.d.cts',
        'src/index.ts',
      ]),
    );
    expect(findings.files.filter((path) => path.includes('test'))).toEqual([]);
  });
});
