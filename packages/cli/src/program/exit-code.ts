/** What the exit codes of all commands mean; docs/guides/command.md says so too. */
export const EXIT = {
  /** Done; `compare`: the same person. */
  ok: 0,
  /** `compare`: not the same person; `migrate`: some faces could not be migrated. */
  no: 1,
  /** It could not be done, or not for all photos. */
  error: 2,
  interrupted: 130,
  terminated: 143,
  /** Whoever read the output has gone; what a shell says of a program that died of SIGPIPE. */
  outputClosed: 141,
} as const;
