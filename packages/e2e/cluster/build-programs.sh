#!/usr/bin/env bash
# build-programs.sh [NAME...]: puts the cluster's programs into $PROGRAMS; what is there stays. Ready-made ones are taken
# from the folder FACE_COMPARISON_CLUSTER_PROGRAMS, the others are built from Go modules: that takes from ten minutes to
# an hour and a half on two cores. Without names: all of them, Helm too.
. "$(dirname "$0")/settings.sh"
export CGO_ENABLED=0

# The linker strips debugging information; without making it at all, compiling takes a sixth less time.
build=(go build -trimpath -gcflags=all=-dwarf=false)

declare -A package=([etcd]=go.etcd.io/etcd/server/v3 [pause]=./pause [helm]=helm.sh/helm/v3/cmd/helm)
for name in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl; do
  package[$name]=k8s.io/kubernetes/cmd/$name
done
[ $# -gt 0 ] || set -- "${!package[@]}"
for name; do [ -n "${package[$name]:-}" ] || die "there is no program named $name"; done

mkdir -p "$PROGRAMS"
exec 9>"$PROGRAMS/.lock"
flock 9 # two builds at once would only do the work twice
new=$(mktemp -d "$PROGRAMS/.new.XXXXXX")
trap 'rm -rf "$new"' EXIT

# Helm has a version of its own, and the name helm leads to it.
has() { if [ "$1" = helm ]; then [ -x "$PROGRAMS/helm-$HELM_VERSION" ]; else [ -x "$PROGRAMS/$1" ]; fi; }
ready_made=${FACE_COMPARISON_CLUSTER_PROGRAMS:-}

for name; do
  if [ -n "$ready_made" ] && ! has "$name" && [ -e "$ready_made/$name.zst" ]; then
    say "unpacking $name"
    (cd "$ready_made" && grep -E " [*]?${name}[.]zst$" SHA256SUMS | sha256sum --quiet --strict -c -) ||
      die "$ready_made/$name.zst is not what SHA256SUMS says"
    zstd -q -d "$ready_made/$name.zst" -o "$new/$name"
    chmod 755 "$new/$name"
    mv "$new/$name" "$PROGRAMS/"
  fi
done

kubernetes=()
for name; do
  if [[ ${package[$name]} = k8s.io/* ]] && ! has "$name"; then kubernetes+=("${package[$name]}"); fi
done
if [ ${#kubernetes[@]} -gt 0 ]; then
  # Without these a Kubernetes program calls itself v0.0.0-master, and clients and Helm charts refuse to work with it.
  IFS=. read -r major minor _ <<<"${KUBERNETES_VERSION#v}"
  flags='-s -w'
  for variable in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $variable.gitVersion=$KUBERNETES_VERSION -X $variable.gitMajor=$major -X $variable.gitMinor=$minor -X $variable.gitTreeState=clean"
  done
  say "building ${kubernetes[*]##*/} $KUBERNETES_VERSION; the first time this takes long"
  # One go build, so that what they share is compiled once.
  (cd "$SCRIPTS/programs" && "${build[@]}" -ldflags "$flags" -o "$new/" "${kubernetes[@]}")
  mv "$new"/* "$PROGRAMS/"
fi
for name in etcd pause; do
  if [[ " $* " = *" $name "* ]] && ! has $name; then
    say "building $name"
    (cd "$SCRIPTS/programs" && "${build[@]}" -ldflags '-s -w' -o "$new/$name" "${package[$name]}")
    mv "$new/$name" "$PROGRAMS/"
  fi
done
if [[ " $* " = *" helm "* ]] && ! has helm; then
  say "building helm $HELM_VERSION"
  (cd "$SCRIPTS/helm" &&
    "${build[@]}" -ldflags "-s -w -X helm.sh/helm/v3/internal/version.version=$HELM_VERSION" -o "$new/helm" "${package[helm]}")
  mv "$new/helm" "$PROGRAMS/helm-$HELM_VERSION"
  ln -sfn "helm-$HELM_VERSION" "$PROGRAMS/helm"
fi
