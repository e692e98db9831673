#!/usr/bin/env bash
# in-node.sh COMMAND...: runs COMMAND in the node's namespaces, where no network outside of the cluster can be reached.
. "$(dirname "$0")/settings.sh"
pid=$(node_pid) || die "no cluster is up; npm run cluster -- up starts one"
export PATH=$PROGRAMS:$PATH KUBECONFIG=$CLUSTER_KUBECONFIG
export CONTAINERD_ADDRESS=$STATE/run/containerd.sock CONTAINERD_NAMESPACE=k8s.io
exec nsenter -t "$pid" --mount --net --pid --uts --ipc --wd="$PWD" "$@"
