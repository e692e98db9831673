# pki.sh: the certificates and kubeconfigs of a cluster, made with openssl; sourced.
# shellcheck shell=bash

# certificate FOLDER NAME SUBJECT [SUBJECT_ALT_NAMES]: signed by FOLDER's CA; with alternative names it is a server's, too.
certificate() {
  local folder=$1 name=$2 subject=$3 names=${4:-} usage=clientAuth
  [ -z "$names" ] || usage=serverAuth,clientAuth
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$folder/$name.key" -subj "$subject" 2>/dev/null |
    openssl x509 -req -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -days 365 -out "$folder/$name.crt" 2>/dev/null -extfile <(
      printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=%s\n' "$usage"
      [ -z "$names" ] || printf 'subjectAltName=%s\n' "$names")
}

# write_kubeconfig FILE SERVER_URL FOLDER NAME: self-contained, with NAME's certificate inside.
write_kubeconfig() {
  local file=$1 server=$2 folder=$3 name=$4
  inline() { base64 -w0 "$1"; }
  cat >"$file" <<YAML
apiVersion: v1
kind: Config
current-context: face-comparison
contexts: [{name: face-comparison, context: {cluster: face-comparison, user: $name}}]
clusters:
- name: face-comparison
  cluster: {server: "$server", certificate-authority-data: $(inline "$folder/ca.crt")}
users:
- name: $name
  user: {client-certificate-data: $(inline "$folder/$name.crt"), client-key-data: $(inline "$folder/$name.key")}
YAML
  chmod 600 "$file"
}

# make_pki FOLDER SERVER_URL ADDRESS: one CA; certificates for all programs, the server's valid for ADDRESS.
make_pki() {
  local folder=$1 server=$2 address=$3 name
  mkdir -p "$folder"
  chmod 700 "$folder"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=face-comparison-ca \
    -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature -keyout "$folder/ca.key" -out "$folder/ca.crt" 2>/dev/null
  # Signs the tokens of ServiceAccounts.
  openssl ecparam -name prime256v1 -genkey -noout -out "$folder/service-account.key"
  openssl ec -in "$folder/service-account.key" -pubout -out "$folder/service-account.pub" 2>/dev/null
  certificate "$folder" apiserver /CN=kube-apiserver \
    "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$API_SERVICE_ADDRESS,IP:$address"
  certificate "$folder" kubelet-server "/O=system:nodes/CN=system:node:$NODE" "DNS:$NODE,IP:127.0.0.1,IP:$address"
  certificate "$folder" apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  certificate "$folder" admin /O=system:masters/CN=admin
  certificate "$folder" kubelet "/O=system:nodes/CN=system:node:$NODE"
  certificate "$folder" controller-manager /CN=system:kube-controller-manager
  certificate "$folder" scheduler /CN=system:kube-scheduler
  certificate "$folder" proxy /CN=system:kube-proxy
  for name in admin kubelet controller-manager scheduler proxy; do
    write_kubeconfig "$folder/$name.kubeconfig" "$server" "$folder" "$name"
  done
}
