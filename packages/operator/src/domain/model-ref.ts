/** A model that pods can be told to load: which FaceModel named it, and where its manifest is. */
export interface ModelRef {
  /** Name of the FaceModel. */
  readonly model: string;
  readonly version: string;
  /** URL of the manifest. */
  readonly manifest: string;
  /** Of the manifest, 64 lower-case hex digits. */
  readonly sha256: string;
}

/** Whether two names mean the same bytes: what the FaceModel is called and where it lies decides nothing. */
export function isSameModel(a: Pick<ModelRef, 'sha256'> | undefined, b: Pick<ModelRef, 'sha256'> | undefined): boolean {
  return a !== undefined && b !== undefined && a.sha256 === b.sha256;
}
