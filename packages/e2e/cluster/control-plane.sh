#!/usr/bin/env bash
# control-plane.sh up|down|status: etcd, API server and controller manager alone, on this machine's loopback, for fast
# tests of controllers. There is no node: pods stay Pending, and no Deployment gets available. Needs no root.
#
# From the environment, so that several run side by side:
#   FACE_COMPARISON_CONTROL_PLANE_PORT   the API server's port; the two after it are etcd's (26443)
#   FACE_COMPARISON_CONTROL_PLANE_STATE  all that it writes
# shellcheck disable=SC2034
export FACE_COMPARISON_CLUSTER_STATE=${FACE_COMPARISON_CONTROL_PLANE_STATE:-${TMPDIR:-/tmp}/face-comparison-control-plane}
. "$(dirname "$0")/settings.sh"
. "$SCRIPTS/pki.sh"
. "$SCRIPTS/processes.sh"
port=${FACE_COMPARISON_CONTROL_PLANE_PORT:-26443}
url=https://127.0.0.1:$port
export KUBECONFIG=$CLUSTER_KUBECONFIG

tell_how_to_use_it() {
  say "it is up: Kubernetes $KUBERNETES_VERSION without a node. To use it:

    export KUBECONFIG=$KUBECONFIG PATH=$PROGRAMS:\$PATH
    kubectl get namespaces

  npm run cluster -- control-plane down ends it."
}

down() {
  local name
  for name in kube-controller-manager kube-apiserver etcd; do stop "$name"; done
  rm -rf "$STATE"
}

case ${1:-} in
up)
  missing=$("$SCRIPTS/missing.sh" control-plane)
  [ -z "$missing" ] || die "$missing"
  if [ -e "$STATE/ready" ] && api_answers "$url" >/dev/null; then say "already up"; tell_how_to_use_it; exit 0; fi
  down
  "$SCRIPTS/build-programs.sh" etcd kube-apiserver kube-controller-manager kubectl
  say "starting etcd, API server and controller manager on 127.0.0.1:$port; this takes up to a minute"
  mkdir -p "$STATE/log"
  make_pki "$STATE/pki" "$url" 127.0.0.1
  cp "$STATE/pki/admin.kubeconfig" "$KUBECONFIG"
  start_etcd $((port + 1))
  start_api_server $((port + 1)) 127.0.0.1 "$port" 127.0.0.1 --endpoint-reconciler-type=none
  wait_for 900 "the API server" api_answers "$url" || { tail -n 20 "$STATE/log/kube-apiserver.log" >&2; exit 1; }
  start_controller_manager --secure-port=0
  wait_for 300 "the default service account" "$PROGRAMS/kubectl" get serviceaccount default
  touch "$STATE/ready"
  tell_how_to_use_it ;;
down)
  [ -e "$STATE" ] || { say "no control plane is up"; exit 0; }
  down
  say "the control plane is down" ;;
status)
  if ! api_answers "$url" >/dev/null; then say "no control plane is up; npm run cluster -- control-plane up starts one"; exit 1; fi
  tell_how_to_use_it ;;
*) die "usage: control-plane.sh up|down|status" ;;
esac
