/** A command of a guide, and what it prints; empty where the guide shows nothing. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

/** A section of a guide: files to be made, and commands to be run in their folder, one after the other. */
export interface Section {
  /** The text of each file by its name. */
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/**
 * A section of a guide in Markdown. A file is a code block below a line with its name (`` `main.go`: ``), the commands are the
 * lines that begin with `$ ` in blocks of `console`.
 * @param title of the section, a heading of the second level
 * @throws Error when there is no such section
 */
export function guideSection(guide: string, title: string): Section {
  const text = guide.split(/^## /m).find((section) => section.startsWith(`${title}\n`));
  if (text === undefined) throw new Error(`the guide has no section "${title}"`);
  const files = [...text.matchAll(/^`(\S+)`:\n\n```\w+\n([^]*?)^```$/gm)];
  const consoles = [...text.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block = '']) => block);
  const steps = consoles.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = '', ...output] = step.split('\n');
        return { command, output: output.join('\n') };
      }),
  );
  return { files: Object.fromEntries(files.map(([, name = '', content = '']) => [name, content])), steps };
}
