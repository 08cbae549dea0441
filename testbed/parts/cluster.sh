# shellcheck shell=bash
# One real Kubernetes node: etcd, the control plane, containerd, kubelet and kube-proxy as processes of this machine.

KUBERNETES=v1.34.4
CLUSTER=$STATE/cluster
PKI=$STATE/pki
NODE=testbed
DNS_IP=10.211.0.10
CGROUP=launchpad-testbed

up_cluster() {
  need_root "the cluster"
  need etcd=etcd-server containerd=containerd runc=runc /usr/lib/cni/bridge=containernetworking-plugins iptables=iptables \
    ip=iproute2 openssl=openssl curl=curl
  cluster_alone
  cluster_build
  up_base_image
  cluster_image pause "$BIN/pause" /pause
  cluster_image coredns "$BIN/coredns" "/coredns -conf /etc/coredns/Corefile"
  # From here on down has something to take back, wherever this ends.
  mkdir -p "$CLUSTER"
  cluster_network
  cluster_certificates
  cluster_cgroups
  cluster_files
  cluster_processes
  cluster_objects
}

exports_cluster() {
  exports_base_image
  comment "cluster: Kubernetes $KUBERNETES; the model is for agents in pods"
  emit_path "$STATE/path"
  emit KUBECONFIG "$PKI/admin.conf"
  emit LAUNCHPAD_TEST_CLUSTER testbed
  emit LAUNCHPAD_TEST_AUDIT_LOG "$LOGS/audit.log"
  emit LAUNCHPAD_TEST_API_SERVER_PID "$RUN/kube-apiserver.pid"
  emit LAUNCHPAD_TEST_UP "$HERE/up"
  [[ ! -f $CLUSTER/model.url ]] || emit LAUNCHPAD_TEST_MODEL_URL "$(<"$CLUSTER/model.url")"
}

# Two nodes on one machine would write into each other's rules.
cluster_alone() {
  running kube-proxy || [[ -d $CLUSTER ]] && return
  ! iptables -w -t nat -n -L KUBE-SERVICES >/dev/null 2>&1 ||
    die "this machine already is a Kubernetes node" "point KUBECONFIG at that cluster (docs/testbed.md), or reset it"
}

cluster_build() {
  need_go "the cluster"
  local version=k8s.io/component-base/version
  go_build kubernetes "$HERE/kubernetes" "$BIN" -ldflags "-s -w -X $version.gitVersion=$KUBERNETES -X $version.gitMajor=1 \
-X $version.gitMinor=34 -X $version.gitTreeState=clean" tool
  go_build dns "$HERE/dns" "$BIN" -ldflags '-s -w' tool
  mkdir -p "$STATE/path"
  ln -sfn "$BIN/kubectl" "$STATE/path/kubectl"
}

# cluster_image NAME BINARY ENTRYPOINT pushes an image that holds one static binary.
cluster_image() {
  local name=$1 binary=$2 stamp
  stamp=$(stat -c '%s %Y' "$binary")
  [[ -f $STATE/image-$name && $(<"$STATE/image-$name") == "$stamp" ]] && in_registry "$REGISTRY/testbed/$name:1" && return
  rm -rf "$STATE/files-$name"
  mkdir "$STATE/files-$name"
  cp "$binary" "$STATE/files-$name/$name"
  push -entrypoint "$3" -user 65532 "$STATE/files-$name" "$REGISTRY/testbed/$name:1"
  rm -rf "$STATE/files-$name"
  printf '%s' "$stamp" >"$STATE/image-$name"
}

# ---- network --------------------------------------------------------------------------------------------------

cluster_network() {
  [[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]] || modprobe br_netfilter 2>/dev/null ||
    die "this kernel has no br_netfilter, which services need" "load that module"
  sysctl_set net.ipv4.ip_forward 1
  sysctl_set net.bridge.bridge-nf-call-iptables 1
  sysctl_set fs.inotify.max_user_instances 1024
  node_address || die "could not make the bridge $NODE_BRIDGE" "run as root with the right to administer the network"
  # What has no rule dies on the bridge instead of leaving the machine.
  ip route replace "$SERVICE_CIDR" dev "$NODE_BRIDGE"
  iptables -w -N LPT-FORWARD 2>/dev/null || true
  iptables -w -F LPT-FORWARD
  iptables -w -A LPT-FORWARD -i "$POD_BRIDGE" -o "$POD_BRIDGE" -j ACCEPT
  iptables -w -A LPT-FORWARD -i "$POD_BRIDGE" -j DROP
  iptables -w -A LPT-FORWARD -o "$POD_BRIDGE" -j DROP
  iptables -w -C FORWARD -j LPT-FORWARD 2>/dev/null || iptables -w -I FORWARD -j LPT-FORWARD
}

# The old values are kept for down.
sysctl_set() {
  local file=/proc/sys/${1//.//} now
  now=$(<"$file")
  ((now >= $2)) && return
  grep -qs "^$1=" "$RUN/sysctl" || printf '%s=%s\n' "$1" "$now" >>"$RUN/sysctl"
  printf '%s' "$2" >"$file"
}

# ---- certificates ---------------------------------------------------------------------------------------------

cluster_certificates() {
  [[ -f $PKI/done ]] && return
  rm -rf "$PKI"
  mkdir -p "$PKI"
  (
    cd "$PKI" || exit
    umask 077
    authority ca
    authority front-proxy-ca
    certificate ca apiserver /CN=kube-apiserver \
      "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:${SERVICE_CIDR%.*}.1,IP:$NODE_IP"
    certificate ca apiserver-kubelet-client /O=system:masters/CN=apiserver-kubelet-client
    certificate ca controller-manager /CN=system:kube-controller-manager
    certificate ca scheduler /CN=system:kube-scheduler
    certificate ca proxy /CN=system:kube-proxy
    certificate ca kubelet "/O=system:nodes/CN=system:node:$NODE" "DNS:$NODE,IP:$NODE_IP"
    certificate ca admin /O=system:masters/CN=testbed-admin
    certificate front-proxy-ca front-proxy-client /CN=front-proxy-client
    openssl genrsa -out service-accounts.key 2048 2>/dev/null
    openssl rsa -in service-accounts.key -pubout -out service-accounts.pub 2>/dev/null
    for user in controller-manager scheduler proxy kubelet admin; do kubeconfig "$user" >"$user.conf"; done
    touch "$PKI/done"
  )
}

authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -keyout "$1.key" -out "$1.crt" \
    -subj "/CN=launchpad-testbed-$1" -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign 2>/dev/null
}

# certificate AUTHORITY NAME SUBJECT [ALTERNATIVE-NAMES]
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$2.key" -out "$2.csr" -subj "$3" 2>/dev/null
  openssl x509 -req -in "$2.csr" -CA "$1.crt" -CAkey "$1.key" -CAcreateserial -days 3650 -out "$2.crt" 2>/dev/null \
    -extfile <(printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n%s' "${4:+subjectAltName=$4}")
}

kubeconfig() {
  cat <<YAML
apiVersion: v1
kind: Config
clusters:
  - name: testbed
    cluster: {server: "$API", certificate-authority-data: $(base64 -w0 ca.crt)}
users:
  - name: $1
    user: {client-certificate-data: $(base64 -w0 "$1.crt"), client-key-data: $(base64 -w0 "$1.key")}
contexts:
  - name: testbed
    context: {cluster: testbed, user: $1}
current-context: testbed
YAML
}

# ---- files ----------------------------------------------------------------------------------------------------

# All containers live below one cgroup, so that down finds them.
cluster_cgroups() {
  local folder file
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
    mkdir -p "/sys/fs/cgroup/$CGROUP"
    for file in cpu cpuset memory pids hugetlb io; do
      echo "+$file" >/sys/fs/cgroup/cgroup.subtree_control || true
      echo "+$file" >"/sys/fs/cgroup/$CGROUP/cgroup.subtree_control" || true
    done 2>/dev/null
    return
  fi
  for folder in /sys/fs/cgroup/*/; do
    [[ ! -L ${folder%/} ]] || continue
    mountpoint -q "$folder" || continue
    mkdir -p "$folder$CGROUP"
    for file in cpuset.cpus cpuset.mems; do
      [[ ! -f $folder$file || -n $(<"$folder$CGROUP/$file") ]] || cat "$folder$file" >"$folder$CGROUP/$file"
    done
  done
}

cluster_files() {
  mkdir -p "$CLUSTER"/{etcd,kubelet,pods,volumes,manifests} "$CLUSTER"/containerd/{root,state} "$CLUSTER/cni/net.d"
  local file
  for file in audit.yaml containerd.toml cni.json kubelet.yaml kube-proxy.yaml objects.yaml; do
    fill "$HERE/cluster/$file" | write "$CLUSTER/$file"
  done
  mv "$CLUSTER/cni.json" "$CLUSTER/cni/net.d/10-launchpad.conflist"
  : >"$CLUSTER/resolv.conf"
  printf 'server = "http://%s"\n[host."http://%s"]\n  capabilities = ["pull", "resolve"]\n' "$REGISTRY" "$REGISTRY" |
    write "$CLUSTER/registries/$REGISTRY/hosts.toml"
  printf 'server = "https://%s"\n[host."https://%s"]\n  capabilities = ["pull", "resolve"]\n  ca = "%s"\n' \
    "$REGISTRY_TLS" "$REGISTRY_TLS" "$STATE/registry/ca.crt" | write "$CLUSTER/registries/$REGISTRY_TLS/hosts.toml"
}

# @NAME@ in a template is the variable NAME.
fill() {
  local text name
  text=$(<"$1")
  for name in STATE CLUSTER PKI LOGS RUN NODE NODE_IP POD_CIDR POD_BRIDGE DNS_IP CGROUP REGISTRY MODEL_IMAGE; do
    text=${text//@$name@/${!name-}}
  done
  printf '%s\n' "$text"
}

# ---- processes ------------------------------------------------------------------------------------------------

cluster_processes() {
  local client=(--kubeconfig)
  free_port etcd 12379
  start etcd etcd --name testbed --data-dir "$CLUSTER/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379 \
    --listen-peer-urls http://127.0.0.1:12380 --initial-advertise-peer-urls http://127.0.0.1:12380 \
    --initial-cluster testbed=http://127.0.0.1:12380 --auto-compaction-retention 1
  start containerd containerd --config "$CLUSTER/containerd.toml"
  await etcd 30 curl -fsS --noproxy '*' http://127.0.0.1:12379/health
  free_port kube-apiserver "${API##*:}"
  start kube-apiserver "$BIN/kube-apiserver" --bind-address 127.0.0.1 --secure-port "${API##*:}" --advertise-address "$NODE_IP" \
    --etcd-servers http://127.0.0.1:12379 --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
    --allow-privileged=true --service-cluster-ip-range "$SERVICE_CIDR" --client-ca-file "$PKI/ca.crt" \
    --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" \
    --service-account-issuer https://kubernetes.default.svc.cluster.local \
    --service-account-key-file "$PKI/service-accounts.pub" --service-account-signing-key-file "$PKI/service-accounts.key" \
    --kubelet-certificate-authority "$PKI/ca.crt" --kubelet-preferred-address-types InternalIP \
    --kubelet-client-certificate "$PKI/apiserver-kubelet-client.crt" --kubelet-client-key "$PKI/apiserver-kubelet-client.key" \
    --requestheader-client-ca-file "$PKI/front-proxy-ca.crt" --requestheader-allowed-names front-proxy-client \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- \
    --proxy-client-cert-file "$PKI/front-proxy-client.crt" --proxy-client-key-file "$PKI/front-proxy-client.key" \
    --audit-policy-file "$CLUSTER/audit.yaml" --audit-log-path "$LOGS/audit.log" --audit-log-maxsize 100 --audit-log-maxbackup 2
  await containerd 30 test -S "$RUN/containerd.sock"
  await kube-apiserver 90 api_ready
  for name in kube-controller-manager kube-scheduler; do
    client=(--kubeconfig "$PKI/${name#kube-}.conf")
    client+=(--authentication-kubeconfig "${client[1]}" --authorization-kubeconfig "${client[1]}" --bind-address 127.0.0.1 --leader-elect=false)
    [[ $name == kube-scheduler ]] || client+=(--use-service-account-credentials --root-ca-file "$PKI/ca.crt"
      --service-account-private-key-file "$PKI/service-accounts.key"
      --cluster-signing-cert-file "$PKI/ca.crt" --cluster-signing-key-file "$PKI/ca.key")
    start "$name" "$BIN/$name" "${client[@]}"
  done
  start node-helper "$BIN/node-helper" -kubeconfig "$PKI/admin.conf" -listen "$NODE_IP:6443" -api "${API#https://}" -volumes "$CLUSTER/volumes"
  start kubelet "$BIN/kubelet" --config "$CLUSTER/kubelet.yaml" --kubeconfig "$PKI/kubelet.conf" --root-dir "$CLUSTER/kubelet" \
    --hostname-override "$NODE" --node-ip "$NODE_IP"
  start kube-proxy "$BIN/kube-proxy" --config "$CLUSTER/kube-proxy.yaml"
}

# kubectl only where somebody listens: each look costs a tenth of a second of processor time that the server could use.
api_ready() {
  local at=${API#https://}
  listens "${at%:*}" "${at#*:}" && kube get --raw /readyz
}

kube() { "$BIN/kubectl" --kubeconfig "$PKI/admin.conf" --request-timeout 10s "$@"; }

cluster_objects() {
  local files=(-f "$CLUSTER/objects.yaml")
  await kubelet 60 kube get node "$NODE"
  cluster_model
  [[ ! -f $CLUSTER/model.url ]] || files+=(-f "$CLUSTER/model.yaml")
  await kube-apiserver 30 kube apply --server-side --force-conflicts "${files[@]}"
  await kubelet 60 node_ready
  await kube-controller-manager 60 deployment_ready kube-system coredns
  [[ ! -f $CLUSTER/model.url ]] || await kube-controller-manager 60 deployment_ready launchpad-testbed model
}

node_ready() { [[ $(kube get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]; }

deployment_ready() {
  local seen
  seen=$(kube -n "$1" get deployment "$2" -o 'jsonpath={.metadata.generation} {.status.observedGeneration} {.status.updatedReplicas} {.status.readyReplicas} {.status.replicas}')
  [[ $seen =~ ^([0-9]+)\ ([0-9]+)\ 1\ 1\ 1$ && ${BASH_REMATCH[1]} == "${BASH_REMATCH[2]}" ]]
}

# The stand-in model, so that an agent in a pod has something to talk to.
cluster_model() {
  local file=$HERE/../samples/echo-model/src/main/resources/io/agentlaunchpad/samples/echomodel/echo-model.mjs sum
  if [[ ! -f $file ]]; then
    say "testbed: this checkout has no stand-in model ($file); LAUNCHPAD_TEST_MODEL_URL stays unset"
    rm -f "$CLUSTER/model.url"
    return
  fi
  sum=$(cat "$file" "$STATE/base-image.done" | sha256sum | cut -c1-12)
  if ! in_registry "$REGISTRY/testbed/model:$sum"; then
    rm -rf "$STATE/files-model"
    install -D -m 644 "$file" "$STATE/files-model/app/echo-model.mjs"
    push -from "$BASE_IMAGE" -entrypoint "node /app/echo-model.mjs" -user 65532 "$STATE/files-model" "$REGISTRY/testbed/model:$sum"
    rm -rf "$STATE/files-model"
  fi
  MODEL_IMAGE=$REGISTRY/testbed/model:$sum fill "$HERE/cluster/model.yaml" | write "$CLUSTER/model.yaml"
  printf 'http://model.launchpad-testbed.svc:8080/v1' >"$CLUSTER/model.url"
}

