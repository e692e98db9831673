import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeReportFile } from './report-file.js';

it('writes a page that shows its figures', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-file-'));
  const log = jest.spyOn(console, 'log').mockReturnValue();
  try {
    const figures = { 'bench-latency': '<svg/>' };
    const report = { name: 'bench', title: 'Throughput', command: 'npm run bench', text: 'figures', figures };
    await writeReportFile(join(folder, 'new'), report);
    const page = await readFile(join(folder, 'new', 'bench.md'), 'utf8');
    expect(page).toContain('# Throughput\n');
    expect(page).toContain('![bench latency](bench-latency.svg)');
    expect(await readFile(join(folder, 'new', 'bench-latency.svg'), 'utf8')).toBe('<svg/>');
  } finally {
    log.mockRestore();
    await rm(folder, { recursive: true });
  }
});
