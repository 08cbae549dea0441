# shellcheck shell=bash
# Two registries: one plain, one with TLS by a CA of its own and htpasswd.

up_registry() {
  need docker-registry=docker-registry htpasswd=apache2-utils openssl=openssl curl=curl skopeo=skopeo
  local dir=$STATE/registry
  mkdir -p "$dir"
  registry_certificate "$dir"
  [[ -s $dir/htpasswd ]] || secret registry | htpasswd -Bin launchpad | write "$dir/htpasswd"
  # A password in a file is not seen in the list of processes.
  printf 'user = "launchpad:%s"\n' "$(secret registry)" | write "$dir/login"
  registry_config "$dir/plain" "$REGISTRY" | write "$dir/plain.yml"
  {
    registry_config "$dir/tls" "$REGISTRY_TLS"
    cat <<YAML
  tls: {certificate: $dir/server.crt, key: $dir/server.key}
auth:
  htpasswd: {realm: launchpad-testbed, path: $dir/htpasswd}
YAML
  } | write "$dir/tls.yml"
  free_port registry "${REGISTRY#*:}"
  free_port registry-tls "${REGISTRY_TLS#*:}"
  start registry docker-registry serve "$dir/plain.yml"
  start registry-tls docker-registry serve "$dir/tls.yml"
  await registry 20 curl -fsS --noproxy '*' "http://$REGISTRY/v2/"
  await registry-tls 20 curl -fsS --noproxy '*' --cacert "$dir/ca.crt" --config "$dir/login" "https://$REGISTRY_TLS/v2/"
}

exports_registry() {
  comment "registry: plain, and TLS with its own CA and a password; deletes are on"
  emit LAUNCHPAD_TEST_REGISTRY "$REGISTRY"
  emit LAUNCHPAD_TEST_REGISTRY_TLS "$REGISTRY_TLS"
  emit LAUNCHPAD_TEST_REGISTRY_TLS_CA "$STATE/registry/ca.crt"
  emit LAUNCHPAD_TEST_REGISTRY_TLS_BASE_IMAGE "$REGISTRY_TLS/testbed/node:20"
  emit LAUNCHPAD_TEST_REGISTRY_TLS_USERNAME launchpad
  emit LAUNCHPAD_TEST_REGISTRY_TLS_PASSWORD "$(secret registry)"
}

registry_config() {
  cat <<YAML
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: $1}
  delete: {enabled: true}
http:
  addr: $2
  secret: $(secret registry-http)
YAML
}

registry_certificate() {
  local dir=$1
  [[ -s $dir/server.crt ]] && openssl x509 -checkend 604800 -noout -in "$dir/server.crt" >/dev/null && return
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -keyout "$dir/ca.key" -out "$dir/ca.crt" \
    -subj "/CN=Launchpad testbed registry CA" -addext basicConstraints=critical,CA:true 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -keyout "$dir/server.key" -out "$dir/server.csr" -subj "/CN=localhost" 2>/dev/null
  openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -CAcreateserial -days 800 \
    -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1') -out "$dir/server.crt" 2>/dev/null
}

# With both registries stopped: what tests pushed goes, and the layers that nothing names any more.
registry_tidy() {
  local name
  for name in plain tls; do
    [[ -d $STATE/registry/$name/docker ]] || continue
    rm -rf "$STATE/registry/$name"/docker/registry/v2/repositories/lpt-*
    (unset "${!REGISTRY_@}" && docker-registry garbage-collect --delete-untagged "$STATE/registry/$name.yml") >"$LOGS/registry-tidy.log" 2>&1 ||
      say "testbed: could not tidy the registry (see $LOGS/registry-tidy.log)"
  done
}
