#!/usr/bin/env bash
# settings.sh: what all scripts here share; they source it. Run by itself it prints the settings that programs ask for.
#
# From the environment:
#   FACE_COMPARISON_CLUSTER_CACHE     built programs and the store of images
#   FACE_COMPARISON_CLUSTER_STATE     all that a running cluster writes
#   FACE_COMPARISON_CLUSTER_PROGRAMS  a folder of ready-made programs (NAME.zst and SHA256SUMS), taken instead of building
# shellcheck disable=SC2034 # the sourcing scripts use what is set here
set -euo pipefail
shopt -s inherit_errexit
export PATH=$PATH:/usr/sbin:/sbin:/usr/local/go/bin # not all shells of root have them

SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
module_version() { awk -v module="$2" '{ for (i = 1; i < NF; i++) if ($i == module) { print $(i + 1); exit } }' "$SCRIPTS/$1/go.mod"; }
KUBERNETES_VERSION=$(module_version programs k8s.io/kubernetes)
HELM_VERSION=$(module_version helm helm.sh/helm/v3)

CACHE=${FACE_COMPARISON_CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/face-comparison-cluster}
PROGRAMS=$CACHE/$KUBERNETES_VERSION # etcd, kube-apiserver, kubectl, helm, ...: a KUBEBUILDER_ASSETS folder, too
STATE=${FACE_COMPARISON_CLUSTER_STATE:-/var/tmp/face-comparison-cluster}
CLUSTER_KUBECONFIG=$STATE/admin.kubeconfig

NODE=face-comparison-node              # the node's name, and the hostname inside its namespaces
HOST_LINK=fc-node0                     # this machine's end of the only cable into the node; at most 15 letters
HOST_ADDRESS=10.99.0.1                 # the cable's two ends, a /30
NODE_ADDRESS=10.99.0.2
POD_NETWORK=10.98.0.0/16
SERVICE_NETWORK=10.97.0.0/16
API_SERVICE_ADDRESS=10.97.0.1
API_URL=https://$NODE_ADDRESS:6443
PAUSE_IMAGE=facecompare.local/pause:1
STAND_IN_IMAGE=localhost/face-comparison/node:24-bookworm-slim
# What the node has of its own, and where this machine's are left alone.
NODE_FOLDERS=(/var/lib/kubelet /var/lib/containerd /run/containerd /var/log/pods /var/log/containers /run/netns /etc/cni/net.d /var/lib/cni)
# What the kubelet, which expects a machine to itself, sets for all of it; below /proc/sys.
MACHINE_SETTINGS=(fs/inotify/max_user_instances vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes)
APT_INSTALL='apt-get install -y --no-install-recommends'

say() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }
die() { say "error: $*"; exit 1; }

# wait_for SECONDS WHAT COMMAND...: runs COMMAND twice a second until it succeeds; tells that it waits when that takes long.
wait_for() {
  local limit=$1 what=$2 started=$SECONDS told=$SECONDS; shift 2
  until "$@" >/dev/null 2>&1; do
    if [ $((SECONDS - started)) -ge "$limit" ]; then say "gave up waiting for $what after $limit s"; return 1; fi
    if [ -t 2 ] && [ $((SECONDS - started)) -ge 2 ]; then printf '\r\033[K  waiting for %s, %d s' "$what" $((SECONDS - started)) >&2
    elif [ $((SECONDS - told)) -ge 10 ]; then told=$SECONDS; say "waiting for $what, $((SECONDS - started)) s"; fi
    sleep 0.5
  done
  if [ -t 2 ] && [ $((SECONDS - started)) -ge 2 ]; then printf '\r\033[K' >&2; fi
}

# api_answers URL: whether the API server is ready; by curl, for kubectl takes a second of processor time to start.
api_answers() { curl -fsk --max-time 30 "$1/readyz"; }

# node_pid: the node's first process as this machine numbers it; fails when the node is not running.
node_pid() {
  local pid
  pid=$(cat "$STATE/node.pid" 2>/dev/null) && grep -qs node.sh "/proc/$pid/cmdline" && echo "$pid"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  printf '%s\n' "PROGRAMS=$PROGRAMS" "KUBECONFIG=$CLUSTER_KUBECONFIG" "HOST_ADDRESS=$HOST_ADDRESS"
  if node_pid >/dev/null && [ -e "$STATE/ready" ]; then echo UP=yes; else echo UP=no; fi
fi
