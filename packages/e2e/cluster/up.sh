#!/usr/bin/env bash
# up.sh: starts a Kubernetes cluster of one node on this machine, and waits until a pod of it answers through a Service.
#
# The node is a set of namespaces (mount, pid, network, hostname, IPC): its processes, mounts, bridge and iptables rules
# end with its first process. It has no way to any network outside; this machine's own network stays as it is, but for
# one cable into the node and two routes through it.
. "$(dirname "$0")/settings.sh"
. "$SCRIPTS/pki.sh"
kubectl=$PROGRAMS/kubectl
export KUBECONFIG=$CLUSTER_KUBECONFIG

tell_how_to_use_it() {
  say "it is up: Kubernetes $KUBERNETES_VERSION, one node. To use it:

    export KUBECONFIG=$KUBECONFIG PATH=$PROGRAMS:\$PATH
    kubectl get nodes

  npm run e2e uses it. npm run cluster -- down ends it and removes all that it made."
}

missing=$("$SCRIPTS/missing.sh" cluster)
[ -z "$missing" ] || die "$missing"
mkdir -p "$STATE"
exec 8>"$STATE/.lock"
flock 8
if node_pid >/dev/null && [ -e "$STATE/ready" ]; then say "already up"; tell_how_to_use_it; exit 0; fi
# What an earlier one left that was killed half-way, or by a restart of the machine.
[ ! -e "$STATE/pki" ] || "$SCRIPTS/down.sh"

say "starting a Kubernetes cluster of one node; this takes from a quarter of a minute to three"
started=$SECONDS
"$SCRIPTS/build-programs.sh"
mkdir -p "$STATE"/{log,pid,run}

give_up() {
  say "it did not come up; the end of each log, of which all is in $STATE/log:"
  tail -n 5 "$STATE"/log/*.log >&2
  "$SCRIPTS/down.sh" --keep-logs
}
trap give_up EXIT

# What the kubelet will change for the whole machine, for down.sh to set back.
for setting in "${MACHINE_SETTINGS[@]}"; do
  [ ! -e "/proc/sys/$setting" ] || echo "$setting $(cat "/proc/sys/$setting")"
done >"$STATE/machine-settings"
[ "$(cat /proc/sys/fs/inotify/max_user_instances)" -ge 512 ] || echo 512 >/proc/sys/fs/inotify/max_user_instances
modprobe -q -a overlay br_netfilter 2>/dev/null || true # nothing to load where they are built in
# Places to mount on; those that are made here are removed by down.sh.
for folder in "${NODE_FOLDERS[@]}"; do
  [ -e "$folder" ] || { mkdir -p "$folder"; echo "$folder"; }
done >"$STATE/made-folders"

make_pki "$STATE/pki" "$API_URL" "$NODE_ADDRESS"
cp "$STATE/pki/admin.kubeconfig" "$KUBECONFIG"

# The node's first process. It is this one's child, but outlives it.
setsid unshare --mount --propagation private --pid --fork --kill-child --net --uts --ipc \
  "$SCRIPTS/node.sh" >"$STATE/log/node.log" 2>&1 </dev/null 8>&- &
unshare=$!
wait_for 10 "the node's first process" grep -q . "/proc/$unshare/task/$unshare/children"
pid=$(tr -d ' ' <"/proc/$unshare/task/$unshare/children")
echo "$pid" >"$STATE/node.pid"

ip link add "$HOST_LINK" type veth peer name eth0 netns "$pid"
ip addr add "$HOST_ADDRESS/30" dev "$HOST_LINK"
ip link set "$HOST_LINK" up
nsenter -t "$pid" -n ip addr add "$NODE_ADDRESS/30" dev eth0
nsenter -t "$pid" -n ip link set eth0 up
# A Service's address is rewritten only after the route is chosen, so the node needs some route for it.
nsenter -t "$pid" -n ip route add "$SERVICE_NETWORK" dev eth0 src "$NODE_ADDRESS"
ip route add "$SERVICE_NETWORK" via "$NODE_ADDRESS"
ip route add "$POD_NETWORK" via "$NODE_ADDRESS"
touch "$STATE/network-ready"

wait_for 150 "the API server" api_answers "$API_URL"
say "the API server answers"
wait_for 60 containerd test -S "$STATE/run/containerd.sock"
"$SCRIPTS/pause-image.sh" "$STATE/pause.tar"
"$SCRIPTS/load-image.sh" "$PAUSE_IMAGE" "$STATE/pause.tar"
wait_for 120 "the node to register" "$kubectl" get node "$NODE"
wait_for 900 "the node to get ready" "$kubectl" wait --for=condition=Ready "node/$NODE" --timeout=1s
say "the node is ready"
"$SCRIPTS/smoke.sh"
touch "$STATE/ready"
trap - EXIT
say "took $((SECONDS - started)) s"
tell_how_to_use_it
