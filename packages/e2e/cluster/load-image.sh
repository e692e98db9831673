#!/usr/bin/env bash
# load-image.sh NAME TAR: brings the image NAME of TAR (docker save's form) into the running cluster. Does nothing when the
# same file was loaded under that name before.
. "$(dirname "$0")/settings.sh"
[ $# -eq 2 ] || die "usage: load-image.sh NAME TAR"
name=$1 tar=$2
node_pid >/dev/null || die "no cluster is up; npm run cluster -- up starts one"
loaded=$STATE/loaded/$(tr '/:' '__' <<<"$name")
file=$(stat -Lc '%i %s %Y' "$tar")
if [ "$(cat "$loaded" 2>/dev/null)" = "$file" ]; then exit 0; fi
started=$SECONDS
ctr=(ctr --address "$STATE/run/containerd.sock" --namespace k8s.io images)
"${ctr[@]}" import --all-platforms=false "$tar" >&2
[ -n "$("${ctr[@]}" list --quiet "name==$name")" ] || die "$tar holds no image named $name"
mkdir -p "$STATE/loaded"
echo "$file" >"$loaded"
say "loaded $name in $((SECONDS - started)) s"
