/** A column of a table; figures stand to the right. */
export interface Column {
  readonly title: string;
  readonly isFigure?: boolean;
}

/** A table for a terminal: aligned columns, two spaces between them. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ isFigure = false }, i) => {
        const cell = cells[i] ?? '';
        return isFigure ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)].join('\n');
}
