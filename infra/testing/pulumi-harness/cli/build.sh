#!/usr/bin/env bash
# build.sh [--where]: puts the Pulumi CLI, built from Go modules, into the cache and prints where it is; does nothing if it
# is there. With --where it builds nothing, and prints where it is or else nothing.
# It takes five minutes on two idle cores, needs Go and a Go module proxy, and no account. The version is the one of go.mod;
# @pulumi/pulumi of package.json is the same.
#
# From the environment:
#   FACE_COMPARISON_PULUMI_CACHE  where it is put (~/.cache/face-comparison-pulumi)
set -euo pipefail
export PATH=$PATH:/usr/local/go/bin # not all shells of root have it

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(awk '{ for (i = 1; i < NF; i++) if ($i == "github.com/pulumi/pulumi/pkg/v3") { print $(i + 1); exit } }' "$here/go.mod")
folder=${FACE_COMPARISON_PULUMI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/face-comparison-pulumi}/$version
program=$folder/pulumi

case ${1:-} in
--where)
  if [ -x "$program" ]; then echo "$program"; fi
  exit 0 ;;
'') ;;
*) echo "usage: build.sh [--where]" >&2; exit 2 ;;
esac

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9 # two builds at once would only do the work twice
if [ ! -x "$program" ]; then
  command -v go >/dev/null || { echo "error: go is missing; https://go.dev/dl has it" >&2; exit 1; }
  echo "building the Pulumi CLI $version; the first time this takes some five minutes" >&2
  new=$(mktemp -d "$folder/.new.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  # Without the version it calls itself a development build, and refuses backends and plugins that ask for one.
  flags="-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$version"
  # Debugging information is stripped at the end; without making it, compiling takes a sixth less time. Helm is compiled so, too,
  # and shares what both import.
  (cd "$here" && CGO_ENABLED=0 go build -mod=readonly -trimpath -gcflags=all=-dwarf=false -ldflags "$flags" -o "$new/pulumi" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi)
  mv "$new/pulumi" "$program"
fi
echo "$program"
