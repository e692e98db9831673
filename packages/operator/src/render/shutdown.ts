/**
 * How long a pod goes on answering after it is told to end: its address first has to vanish from every node's rules.
 * The kubelet waits this long before SIGTERM (native `sleep`, Kubernetes 1.30).
 */
export const PRE_STOP_SECONDS = 10;

/** What is left after the drain for the process to free its lanes and end. */
const SPARE_SECONDS = 10;

/** How long the server may take to finish requests after SIGTERM, of all the time that a pod has to end. */
export function drainSeconds(terminationGracePeriodSeconds: number): number {
  return Math.max(1, terminationGracePeriodSeconds - PRE_STOP_SECONDS - SPARE_SECONDS);
}
