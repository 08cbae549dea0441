# shellcheck shell=bash
# Redis on loopback; it keeps nothing on disk.

up_redis() {
  need redis-server=redis-server
  mkdir -p "$STATE/redis"
  free_port redis "$REDIS_PORT"
  start redis redis-server --bind 127.0.0.1 --port "$REDIS_PORT" --save '' --appendonly no --dir "$STATE/redis" \
    --daemonize no --databases 16
  await redis 20 redis_answers
}

redis_answers() (
  exec 8<>"/dev/tcp/127.0.0.1/$REDIS_PORT"
  printf 'PING\r\n' >&8
  read -r -t 2 reply <&8
  [[ $reply == +PONG* ]]
)

exports_redis() {
  comment "redis"
  emit LAUNCHPAD_TEST_REDIS "redis://127.0.0.1:$REDIS_PORT"
}
