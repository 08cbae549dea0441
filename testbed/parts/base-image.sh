# shellcheck shell=bash
# A Node image for agents, made of this machine's node and the libraries it needs, as one layer in both registries.

BASE_IMAGE=$REGISTRY/testbed/node:20

up_base_image() {
  need_node
  build_tools
  up_registry
  local node stamp root=$STATE/base-image
  node=$(node -p process.execPath)
  stamp=$( (stat -c '%n %s %Y' "$node" && cat /etc/os-release "$HERE/parts/base-image.sh" "$BIN/.tools") | sha256sum)
  [[ -f $root.done && $(<"$root.done") == "$stamp" ]] && in_registry "$BASE_IMAGE" && return
  say "testbed: making the base image from $node"
  rm -rf "$root"
  base_image_files "$node" "$root"
  push "$root" "$BASE_IMAGE"
  REGISTRY_LOGIN=launchpad:$(secret registry) push -ca "$STATE/registry/ca.crt" -login REGISTRY_LOGIN "$root" "$REGISTRY_TLS/testbed/node:20"
  rm -rf "$root"
  printf '%s' "$stamp" >"$root.done"
}

push() {
  local flags=()
  while [[ $1 == -* ]]; do flags+=("$1" "$2") && shift 2; done
  "$BIN/image" "${flags[@]}" -env PATH=/usr/local/bin:/usr/bin:/bin "$@" >/dev/null
}

need_node() {
  { command -v node && command -v npm; } >/dev/null ||
    die "the base image is made of this machine's node, and there is no node or npm on the PATH" "install Node 20 or newer"
}

in_registry() {
  local name=${1#*/}
  curl -fsS --noproxy '*' -o /dev/null -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
    "http://${1%%/*}/v2/${name%:*}/manifests/${name##*:}" 2>/dev/null
}

base_image_files() {
  local node=$1 root=$2 file folder
  mkdir -p "$root"/{etc/ssl/certs,home/nonroot,usr/local/bin,var/lib/dpkg/info}
  install -d -m 1777 "$root/tmp"
  cp "$node" "$root/usr/local/bin/node"
  # The libraries that ldd names, and those that glibc opens by itself for names and addresses.
  local libraries=()
  mapfile -t libraries < <(ldd "$node" | grep -o '/[^ ]*')
  for folder in $(dirname "$(ldd "$node" | grep -o '/[^ ]*/libc\.so\.6')"); do
    for file in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2; do
      [[ ! -e $folder/$file ]] || libraries+=("$folder/$file")
    done
  done
  for file in "${libraries[@]}"; do install -D -m 755 "$(readlink -f "$file")" "$root$file"; done
  cp -L /etc/os-release "$root/etc/os-release"
  [[ ! -f /etc/debian_version ]] || cp -L /etc/debian_version "$root/etc/debian_version"
  [[ ! -f /etc/ssl/certs/ca-certificates.crt ]] || cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnonroot:x:65532:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  base_image_packages "$root/var/lib/dpkg/status" "$node" "${libraries[@]}"
}

# Scanners read which packages the files came from.
base_image_packages() {
  local status=$1 file package
  shift
  command -v dpkg-query >/dev/null || return 0
  for file; do
    file=$(readlink -f "$file")
    dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "${file#/usr}" 2>/dev/null || true
  done | cut -d: -f1 | LC_ALL=C sort -u | while read -r package; do
    dpkg-query -s "$package"
    printf '\n'
  done >"$status"
}

exports_base_image() {
  exports_registry
  comment "base-image: Node for agents (uid 65532 exists), also in the TLS registry as testbed/node:20"
  emit LAUNCHPAD_TEST_BASE_IMAGE "$BASE_IMAGE"
}
