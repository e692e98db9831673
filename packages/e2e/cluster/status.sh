#!/usr/bin/env bash
# status.sh: says whether the cluster is up, what runs on it, and what to type next. Ends with 1 when it is not up.
. "$(dirname "$0")/settings.sh"
export KUBECONFIG=$CLUSTER_KUBECONFIG
if ! node_pid >/dev/null; then
  say "no cluster is up; npm run cluster -- up starts one"
  missing=$("$SCRIPTS/missing.sh" cluster)
  [ -z "$missing" ] || say "before: $missing"
  exit 1
fi
[ -e "$STATE/ready" ] || { say "the cluster is being started"; exit 1; }
api_answers "$API_URL" >/dev/null || { say "the node runs, but its API server does not answer; see $STATE/log"; exit 1; }
"$PROGRAMS/kubectl" get nodes
"$PROGRAMS/kubectl" get pods --all-namespaces
say "export KUBECONFIG=$KUBECONFIG PATH=$PROGRAMS:\$PATH"
