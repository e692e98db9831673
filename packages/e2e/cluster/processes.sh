# processes.sh: starting, stopping and starting again the programs of a cluster; sourced.
# shellcheck shell=bash

# start NAME COMMAND...: in the background, in a session of its own; its command, output and pid are kept.
start() {
  local name=$1; shift
  mkdir -p "$STATE"/{command,log,pid}
  printf '%q ' "$@" >"$STATE/command/$name"
  setsid "$@" >>"$STATE/log/$name.log" 2>&1 </dev/null &
  echo $! >"$STATE/pid/$name"
}

# start_again NAME: with the command of the first time.
start_again() {
  local -a command
  eval "command=($(cat "$STATE/command/$1"))"
  start "$1" "${command[@]}"
}

# stop NAME: at once, without warning. Only what is still that program: its number may be another process's by now.
stop() {
  local pid
  pid=$(cat "$STATE/pid/$1" 2>/dev/null) || return 0
  [ "$(readlink "/proc/$pid/exe")" = "$(readlink -f "$PROGRAMS/$1")" ] || return 0
  kill -KILL "$pid"
  wait_for 10 "$1 to end" test ! -e "/proc/$pid/exe"
}

# start_etcd PORT: for clients, PORT+1 for peers. Without fsync: a test cluster's data may be lost with the machine.
start_etcd() {
  local client=http://127.0.0.1:$1 peer=http://127.0.0.1:$(($1 + 1))
  start etcd "$PROGRAMS/etcd" --name=test --data-dir="$STATE/etcd" --unsafe-no-fsync --log-level=warn \
    --listen-client-urls="$client" --advertise-client-urls="$client" \
    --listen-peer-urls="$peer" --initial-advertise-peer-urls="$peer" --initial-cluster="test=$peer"
}

# start_api_server ETCD_PORT BIND_ADDRESS PORT ADVERTISED_ADDRESS [FLAGS...]
start_api_server() {
  local pki=$STATE/pki etcd=$1 bind=$2 port=$3 advertised=$4; shift 4
  start kube-apiserver "$PROGRAMS/kube-apiserver" \
    --etcd-servers="http://127.0.0.1:$etcd" --bind-address="$bind" --secure-port="$port" --advertise-address="$advertised" \
    --client-ca-file="$pki/ca.crt" --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement \
    --allow-privileged --service-cluster-ip-range="$SERVICE_NETWORK" \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file="$pki/service-account.pub" --service-account-signing-key-file="$pki/service-account.key" \
    --kubelet-certificate-authority="$pki/ca.crt" --kubelet-preferred-address-types=InternalIP \
    --kubelet-client-certificate="$pki/apiserver-kubelet-client.crt" \
    --kubelet-client-key="$pki/apiserver-kubelet-client.key" "$@"
}

# start_controller_manager [FLAGS...]
start_controller_manager() {
  local pki=$STATE/pki
  start kube-controller-manager "$PROGRAMS/kube-controller-manager" --kubeconfig="$pki/controller-manager.kubeconfig" \
    --bind-address=127.0.0.1 --leader-elect=false --use-service-account-credentials \
    --root-ca-file="$pki/ca.crt" --service-account-private-key-file="$pki/service-account.key" \
    --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key" "$@"
}
