#!/usr/bin/env bash
# node.sh: the node's first process (pid 1 of its pid namespace). Lays the node's private mounts, starts all its programs,
# and then reaps. up.sh starts it; when it ends, the kernel ends all that runs in the node.
. "$(dirname "$0")/settings.sh"
. "$SCRIPTS/processes.sh"
pki=$STATE/pki

hostname "$NODE"
mount -t proc proc /proc
# The folders where the programs keep things: each a private one below $STATE, which nobody sees outside of the node.
for folder in "${NODE_FOLDERS[@]}"; do
  mkdir -p "$STATE/node$folder"
  mount --bind "$STATE/node$folder" "$folder"
done
mount --make-rshared /
wait_for 30 "the network" test -e "$STATE/network-ready" # up.sh lays it
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables # else no pod reaches its neighbour through a Service

cat >/etc/cni/net.d/10-bridge.conflist <<EOT
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isDefaultGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$POD_NETWORK"}]], "dataDir": "$STATE/cni"}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
EOT
cat >"$STATE/containerd.toml" <<EOT
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.opt", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]
[grpc]
  address = "$STATE/run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE_IMAGE"
  restrict_oom_score_adj = true # root in a container may not lower it
  disable_hugetlb_controller = true
  disable_apparmor = true
  disable_tcp_service = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
EOT
cat >"$STATE/kubelet.yaml" <<EOT
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://$STATE/run/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /
failSwapOn: false
failCgroupV1: false
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $pki/kubelet-server.crt
tlsPrivateKeyFile: $pki/kubelet-server.key
clusterDomain: cluster.local # and no clusterDNS: looking up a name in a pod fails at once
resolvConf: $STATE/resolv.conf
maxOpenFiles: $(ulimit -Hn)
readOnlyPort: 0
volumePluginDir: $STATE/volume-plugins
# Images come by load-image.sh and from nowhere else: they are never collected, and a fairly full disk evicts nobody.
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 200Mi, nodefs.available: 1Gi, imagefs.available: 1Gi, nodefs.inodesFree: "1%", imagefs.inodesFree: "1%"}
EOT
: >"$STATE/resolv.conf"

start_etcd 2379
start containerd containerd --config "$STATE/containerd.toml"
start_api_server 2379 0.0.0.0 6443 "$NODE_ADDRESS"
wait_for 900 "the API server" api_answers "$API_URL"
start_controller_manager --allocate-node-cidrs=false
start kube-scheduler "$PROGRAMS/kube-scheduler" --kubeconfig="$pki/scheduler.kubeconfig" --bind-address=127.0.0.1 --leader-elect=false
start kubelet "$PROGRAMS/kubelet" --kubeconfig="$pki/kubelet.kubeconfig" --config="$STATE/kubelet.yaml" \
  --hostname-override="$NODE" --node-ip="$NODE_ADDRESS"
# The limits of connection tracking belong to the machine, not to a network namespace: they are left alone.
start kube-proxy "$PROGRAMS/kube-proxy" --kubeconfig="$pki/proxy.kubeconfig" --hostname-override="$NODE" --proxy-mode=iptables \
  --cluster-cidr="$POD_NETWORK" --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0
while :; do wait -n || true; sleep 1; done
