#!/usr/bin/env bash
# smoke.sh: proves the running cluster: a pod answers through its ClusterIP and its NodePort, asked from this machine and
# from the node.
. "$(dirname "$0")/settings.sh"
export KUBECONFIG=$CLUSTER_KUBECONFIG
kubectl=$PROGRAMS/kubectl
trap '"$kubectl" delete pod/smoke service/smoke --wait=false >/dev/null 2>&1' EXIT
wait_for 60 "the default service account" "$kubectl" get serviceaccount default
"$kubectl" apply -f - >/dev/null <<EOT
apiVersion: v1
kind: Pod
metadata: {name: smoke, labels: {app: smoke}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {name: smoke, image: "$PAUSE_IMAGE", args: [":8080"], readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1}}
---
apiVersion: v1
kind: Service
metadata: {name: smoke}
spec: {type: NodePort, selector: {app: smoke}, ports: [{port: 80, targetPort: 8080}]}
EOT
wait_for 600 "a pod to get ready" "$kubectl" wait --for=condition=Ready pod/smoke --timeout=1s ||
  { "$kubectl" describe pod smoke >&2; exit 1; }
address=$("$kubectl" get service smoke -o jsonpath='{.spec.clusterIP}')
port=$("$kubectl" get service smoke -o jsonpath='{.spec.ports[0].nodePort}')
asks() { curl -fsS --max-time 60 "$1"; }
wait_for 300 "the Service" asks "http://$address/"
asks "http://$NODE_ADDRESS:$port/" >/dev/null
"$SCRIPTS/in-node.sh" curl -fsS --max-time 60 "http://$address/" >/dev/null
"$SCRIPTS/in-node.sh" curl -fsS --max-time 60 "http://127.0.0.1:$port/" >/dev/null
say "a pod answers through its ClusterIP and its NodePort"
