import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a measuring program leaves for the docs: its report as Markdown with its figures below. */
export interface ReportFile {
  /** e.g. `bench` for bench.md. */
  readonly name: string;
  readonly title: string;
  /** The npm script that makes it, without the arguments: those hold paths of one machine. */
  readonly command: string;
  readonly text: string;
  /** SVG documents by their names, e.g. `bench-latency`. */
  readonly figures: Readonly<Record<string, string>>;
}

/** Writes the report and its figures into a folder and tells so. */
export async function writeReportFile(folder: string, report: ReportFile): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = Object.keys(report.figures);
  const images = names.map((name) => `![${name.replaceAll('-', ' ')}](${name}.svg)`);
  const page = [
    `# ${report.title}`,
    `Written by \`${report.command}\`; see [README.md](README.md) for what the figures mean.`,
    report.text,
    ...images,
  ].join('\n\n');
  await writeFile(join(folder, `${report.name}.md`), `${page}\n`);
  for (const [name, svg] of Object.entries(report.figures)) await writeFile(join(folder, `${name}.svg`), svg);
  console.log(
    `\nwritten: ${[`${report.name}.md`, ...names.map((name) => `${name}.svg`)].map((file) => join(folder, file)).join(', ')}`,
  );
}
