#!/usr/bin/env bash
# down.sh [--keep-logs]: ends the cluster and removes all that it made; harmless where none is up.
. "$(dirname "$0")/settings.sh"
[ -e "$STATE" ] || { say "no cluster is up"; exit 0; }

if pid=$(node_pid); then
  # With the first process of a pid namespace the kernel ends all its processes, and with them mounts, network and rules.
  kill -KILL "$pid"
  wait_for 60 "the node's processes to end" test ! -e "/proc/$pid"
fi
ip link del "$HOST_LINK" 2>/dev/null || true # gone with its other end, unless up.sh died in between

# Control groups outlive their processes, and empty a moment after them; the deepest folders go first.
remove_cgroups() {
  find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -name kubepods -exec find {} -depth -type d -delete \; 2>/dev/null
  [ -z "$(find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -name kubepods)" ]
}
wait_for 30 "the control groups to empty" remove_cgroups || true

if [ -e "$STATE/machine-settings" ]; then
  while read -r setting value; do echo "$value" >"/proc/sys/$setting" || true; done <"$STATE/machine-settings"
fi
if [ -e "$STATE/made-folders" ]; then
  while read -r folder; do rmdir --parents --ignore-fail-on-non-empty "$folder"; done <"$STATE/made-folders"
fi

if [ "${1:-}" = --keep-logs ]; then find "$STATE" -mindepth 1 -maxdepth 1 ! -name log -exec rm -rf {} +
else rm -rf "$STATE"; fi
say "the cluster is down"
