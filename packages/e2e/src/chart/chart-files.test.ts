import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHART, DEFAULT_MANIFEST } from './chart.js';
import { metricNames } from './metric-names.js';
import { chartValues, tableRows } from './value-table.js';

const read = (file: string): string => readFileSync(join(CHART, file), 'utf8');
const REPOSITORY = join(CHART, '../..');

describe('the values of the chart', () => {
  const schema: unknown = JSON.parse(read('values.schema.json'));
  const values: unknown = parse(read('values.yaml'));

  it('are the same in values.yaml, in the schema and in the table of the README', () => {
    const inReadme = tableRows(read('README.md')).map((row) => ({ ...row, byDefault: compact(row.byDefault) }));
    expect(inReadme).toEqual(chartValues(schema, values));
  });

  it('are missed when only one of them has them', () => {
    expect(() => chartValues(schema, { ...Object(values), another: 1 })).toThrow('another');
    expect(() => chartValues({ ...Object(schema), additionalProperties: true }, values)).toThrow('unknown keys');
  });
});

describe('what is shown to users', () => {
  const manifest = readFileSync(DEFAULT_MANIFEST);
  const { version } = JSON.parse(manifest.toString()) as { version: string };
  const sha256 = createHash('sha256').update(manifest).digest('hex');

  it('is the default model, with its version and digest', () => {
    expect(parse(read('values.yaml'))).toMatchObject({ exampleModel: { version, sha256 } });
    expect(parse(read('Chart.yaml'))).toMatchObject({ appVersion: versionOfPackages(), version: versionOfPackages() });
  });

  it.each(['charts/face-comparison-operator/README.md', 'docs/guides/install-the-operator.md'])(
    'in %s, too',
    (file) => {
      const text = readFileSync(join(REPOSITORY, file), 'utf8');
      const digests = [...text.matchAll(/\b[0-9a-f]{64}\b/g)].map(([digest]) => digest);
      expect(digests.length).toBeGreaterThan(0);
      expect(new Set(digests)).toEqual(new Set([sha256]));
      expect(text).toContain(`name: default-${version}\nspec:\n  version: ${version}\n`);
    },
  );
});

describe('the dashboard and the alerts', () => {
  it('ask for metrics that there are', () => {
    const sources = ['server', 'operator', 'kube-runtime'].flatMap((name) =>
      sourcesOf(join(REPOSITORY, 'packages', name, 'src')),
    );
    const known = new Set(sources.flatMap((text) => [...text.matchAll(/'([a-z_]+)'/g)].map(([, name]) => name)));
    const asked = metricNames(read('files/dashboard.json') + read('files/alerts.yaml'));
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });
});

function compact(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

function versionOfPackages(): string {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'packages/operator/package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}
