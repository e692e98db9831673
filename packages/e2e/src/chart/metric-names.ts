const OURS = /\b(?:face_comparison|controller_runtime|workqueue|leader_election)_[a-z_]+/g;

/** The metrics that queries ask for, as they are declared: without what Prometheus appends to histograms. */
export function metricNames(queries: string): readonly string[] {
  const names = [...queries.matchAll(OURS)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, ''));
  return [...new Set(names)].sort();
}
