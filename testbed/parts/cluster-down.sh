# shellcheck shell=bash
# Takes the node back: containers, mounts, bridges, routes, rules, cgroups and kernel settings.

cluster_down() {
  [[ $EUID == 0 && -d $CLUSTER ]] || return 0
  local name
  for name in kubelet kube-proxy kube-scheduler kube-controller-manager node-helper; do stop "$name"; done
  end_containers
  for name in kube-apiserver etcd containerd; do stop "$name"; done
  unmount_all
  ip link delete "$POD_BRIDGE" 2>/dev/null || true
  ip route delete "$SERVICE_CIDR" dev "$NODE_BRIDGE" 2>/dev/null || true
  command -v iptables >/dev/null && remove_rules iptables
  command -v ip6tables >/dev/null && remove_rules ip6tables
  remove_cgroups
  restore_settings
  # The kubelet keeps these links outside its own folder.
  [[ ! -d /var/log/containers ]] || find /var/log/containers -type l -lname "$CLUSTER/*" -delete
  rm -rf --one-file-system "$CLUSTER"
}

our_containers() {
  local file words
  { find /sys/fs/cgroup -path "*/$CGROUP/*" -name cgroup.procs -exec cat {} + 2>/dev/null || true; } | sort -u
  for file in /proc/[0-9]*/cmdline; do
    words=$({ tr '\0' ' ' <"$file"; } 2>/dev/null) || continue
    [[ $words == *containerd-shim*" -address $RUN/containerd.sock "* ]] || continue
    file=${file#/proc/}
    printf '%s\n' "${file%/cmdline}"
  done
}

end_containers() {
  local i pids pid
  for ((i = 0; i < 50; i++)); do
    pids=
    for pid in $(our_containers); do identity "$pid" >/dev/null && pids+=" $pid"; done
    [[ -n $pids ]] || return 0
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || true
    sleep 0.2
  done
  say "testbed: these processes of containers do not end:$pids"
}

mounts() {
  local folder
  cut -d' ' -f5 /proc/self/mountinfo | while read -r folder; do
    folder=$(printf '%b' "${folder//\\0/\\00}")
    [[ $folder != "$CLUSTER"/* ]] || printf '%s\n' "$folder"
  done | sort -r
}

unmount_all() {
  local folder
  mounts | while read -r folder; do umount "$folder" 2>/dev/null || umount --lazy "$folder" || true; done
  [[ -z $(mounts) ]] || die "still mounted: $(mounts | head -3)" "unmount these, then run testbed/down again"
}

# Rules and chains that mention ours, in one step for each table; the rules of others stay as they are.
remove_rules() {
  local table
  for table in filter nat mangle; do
    {
      printf '*%s\n' "$table"
      "$1-save" -t "$table" | sed -nE '/^-A (KUBE|LPT)-/d; s/^-A (.* -[jg] (KUBE|LPT)-)/-D \1/p'
      "$1-save" -t "$table" | sed -nE 's/^:((KUBE|LPT)-[^ ]+) .*/-F \1/p'
      "$1-save" -t "$table" | sed -nE 's/^:((KUBE|LPT)-[^ ]+) .*/-X \1/p'
      printf 'COMMIT\n'
    } 2>/dev/null | "$1-restore" -w --noflush 2>>"$LOGS/down.log" || say "testbed: some $1 rules in table $table could not be removed (see $LOGS/down.log)"
  done
}

remove_cgroups() {
  local i left
  for ((i = 0; i < 20; i++)); do
    left=$(find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$CGROUP" 2>/dev/null) || true
    [[ -n $left ]] || return 0
    # shellcheck disable=SC2086
    find $left -depth -type d -exec rmdir {} + 2>/dev/null || true
    sleep 0.1
  done
  say "testbed: cgroups named $CGROUP are still in use"
}

restore_settings() {
  local name value
  [[ -f $RUN/sysctl ]] || return 0
  while IFS='=' read -r name value; do printf '%s' "$value" >"/proc/sys/${name//.//}" || true; done <"$RUN/sysctl"
  rm -f "$RUN/sysctl"
}
