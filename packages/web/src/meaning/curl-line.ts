/** A request of the page, as far as a command line repeats it. */
export interface CurlOptions {
  /** Of the service, with a slash at its end. */
  readonly baseUrl: string;
  readonly needsKey: boolean;
  readonly modelVersion?: string | undefined;
  readonly query?: Readonly<Record<string, string>>;
}

/** A file as the command names it. */
export interface CurlFile {
  readonly name: string;
  readonly mediaType: string;
}

/** The command that finds the faces of a photo. */
export function analyzeLine(file: CurlFile, options: CurlOptions): string {
  return [
    'curl -s',
    ...headers(options),
    `-H ${quote(`Content-Type: ${file.mediaType}`)}`,
    `--data-binary ${quote(`@${pathOf(file.name)}`)}`,
    url('face_comparison', options),
  ].join(' ');
}

/** The command that compares two photos in one call. */
export function compareLine(source: CurlFile, target: CurlFile, options: CurlOptions): string {
  return [
    'curl -s',
    ...headers(options),
    `-F ${quote(`source=@${formFile(source)}`)}`,
    `-F ${quote(`target=@${formFile(target)}`)}`,
    url('compare', options),
  ].join(' ');
}

/** The key itself stays out: commands end up in histories and chats. */
function headers({ needsKey, modelVersion }: CurlOptions): readonly string[] {
  return [
    ...(needsKey ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(modelVersion === undefined ? [] : [`-H ${quote(`Face-Model-Version: ${modelVersion}`)}`]),
  ];
}

function url(path: string, { baseUrl, query = {} }: CurlOptions): string {
  const address = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return quote(address.href);
}

/** curl takes `;` and `,` in a form's file name for its own unless the name stands in double quotes. */
function formFile({ name, mediaType }: CurlFile): string {
  return `"${pathOf(name).replaceAll(/["\\]/g, String.raw`\$&`)}";type=${mediaType}`;
}

/** A file called "-" is standard input to curl. */
function pathOf(name: string): string {
  return name === '-' ? './-' : name;
}

/** One word for a POSIX shell, whatever it contains. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
