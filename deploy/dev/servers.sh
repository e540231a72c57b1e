#!/usr/bin/env bash
# Private PostgreSQL and Redis for tests: unix sockets in one folder, no TCP port, gone afterwards.
#
#   deploy/dev/servers.sh run COMMAND...   start both in a new folder, run COMMAND, always stop them
#   deploy/dev/servers.sh start DIR        start both in DIR; prints the exports, also kept in DIR/env.sh
#   deploy/dev/servers.sh stop DIR         stop them and remove DIR
#
# COMMAND gets three URLs. If the caller has set all three, they are used and nothing is started:
#   DATABASE_URL        postgres://armslength_app:SECRET@%2Ftmp%2Fal.x%2Fpg/armslength
#   DATABASE_OWNER_URL  postgres://armslength_owner:SECRET@%2Ftmp%2Fal.x%2Fpg/armslength
#       PostgreSQL's own form: the host is the folder of the socket, percent-encoded, and there is no port.
#       A server of one's own: postgres://user:SECRET@host:5432/name
#   REDIS_URL           redis+socket:///tmp/al.x/redis.sock?virtual_host=0
#       This is Celery's form; redis.Redis.from_url wants unix:///tmp/al.x/redis.sock?db=0 for the same server.
#       A server of one's own: redis://host:6379/0
# The roles and the database come from deploy/postgres/roles.sql, as on a real installation.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
roles_sql=$here/../postgres/roles.sql

# A unix socket's path holds 107 bytes, and DIR/pg/.s.PGSQL.5432 is the longest of ours.
longest_dir=90

say() { echo "armslength: $*" >&2; }
fail() {
    say "$*"
    exit 1
}
as_root() { [ "$(id -u)" = 0 ]; }

# PostgreSQL refuses to run as root; everyone else runs it as themselves.
as_postgres() {
    if as_root; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

postgres_bin() {
    local newest
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [ -x "$newest" ] || newest=$(command -v initdb) || return 1
    dirname "$newest"
}

# Debian's packages start a system server and create a main cluster; a test run must leave neither behind.
install_quietly() {
    local policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.d/armslength.conf own_policy=
    if [ ! -e "$policy" ]; then
        own_policy=yes
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    mkdir -p "$(dirname "$cluster")"
    echo "create_main_cluster = false" >"$cluster"
    say "installing $* with apt-get"
    local status=0
    export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"; } >/dev/null || status=$?
    rm -f "$cluster"
    rmdir --ignore-fail-on-non-empty "$(dirname "$cluster")"
    if [ -n "$own_policy" ]; then
        rm -f "$policy"
    fi
    if command -v systemctl >/dev/null; then
        systemctl --quiet disable redis-server.service 2>/dev/null || true
    fi
    return "$status"
}

ensure_installed() {
    local missing=()
    postgres_bin >/dev/null || missing+=(postgresql)
    command -v redis-server >/dev/null || missing+=(redis-server)
    [ ${#missing[@]} = 0 ] && return
    as_root && command -v apt-get >/dev/null || fail "${missing[*]} not found: install it, or point DATABASE_URL," \
        "DATABASE_OWNER_URL and REDIS_URL at servers of your own (the head of deploy/dev/servers.sh shows the forms;" \
        "deploy/postgres/roles.sql makes the two roles)."
    install_quietly "${missing[@]}" || fail "apt-get could not install ${missing[*]}; its own message stands above."
}

secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

prepare_dir() {
    mkdir -p "$1"
    # The postgres user passes through this folder to its own; the sockets lie in folders that only their owner enters.
    chmod 711 "$1"
    mkdir -p -m 700 "$1/pg"
    if as_root; then
        chown postgres: "$1/pg"
    fi
    as_postgres test -w "$1/pg" || fail "the postgres user cannot reach $1: choose a folder whose parents all can enter."
}

start_postgres() {
    local dir=$1 bin=$2
    # Run from a folder that the postgres user may stand in.
    cd "$dir"
    secret | as_postgres tee pg/superuser.secret >/dev/null
    as_postgres "$bin/initdb" -D pg/data -U postgres --auth=scram-sha-256 --pwfile=pg/superuser.secret \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >initdb.log || fail "initdb failed; its own message stands above."
    as_postgres "$bin/pg_ctl" -D "$dir/pg/data" -l "$dir/pg/log" -w -s start -o \
        "-c listen_addresses= -c unix_socket_directories=$dir/pg -c max_connections=100 -c fsync=off -c full_page_writes=off" ||
        fail "PostgreSQL did not start: $(tail -n 5 "$dir/pg/log")"
}

make_roles() {
    local dir=$1 bin=$2 owner_secret=$3 app_secret=$4
    PGPASSWORD=$(cat "$dir/pg/superuser.secret") "$bin/psql" -X -q -h "$dir/pg" -U postgres -d postgres \
        -v owner_password="$owner_secret" -v app_password="$app_secret" -f "$roles_sql" >/dev/null ||
        fail "deploy/postgres/roles.sql failed; psql's own message stands above."
}

start_redis() {
    redis-server --port 0 --unixsocket "$1/redis.sock" --unixsocketperm 700 --daemonize yes --pidfile "$1/redis.pid" \
        --logfile "$1/redis.log" --dir "$1" --save '' --appendonly no --maxmemory-policy noeviction >/dev/null
    local try
    for try in $(seq 50); do
        [ -S "$1/redis.sock" ] && [ -s "$1/redis.pid" ] && return
        sleep 0.1
    done
    fail "Redis did not start: $(tail -n 5 "$1/redis.log")"
}

percent_encoded() { echo "${1//\//%2F}"; }

write_env() {
    local host
    host=$(percent_encoded "$1/pg")
    cat >"$1/env.sh" <<END
export DATABASE_URL='postgres://armslength_app:$3@$host/armslength'
export DATABASE_OWNER_URL='postgres://armslength_owner:$2@$host/armslength'
export REDIS_URL='redis+socket://$1/redis.sock?virtual_host=0'
END
    chmod 600 "$1/env.sh"
}

start() {
    ensure_installed
    local dir bin owner_secret app_secret
    dir=$(realpath -m "$1")
    [ ${#dir} -le $longest_dir ] || fail "$dir is too long for a unix socket: give a folder of at most $longest_dir characters."
    [ ! -e "$dir/env.sh" ] || fail "$dir already holds servers: stop them with deploy/dev/servers.sh stop $dir."
    bin=$(postgres_bin)
    owner_secret=$(secret)
    app_secret=$(secret)
    (umask 077 && prepare_dir "$dir")
    (umask 077 && start_postgres "$dir" "$bin")
    make_roles "$dir" "$bin" "$owner_secret" "$app_secret"
    start_redis "$dir"
    write_env "$dir" "$owner_secret" "$app_secret"
}

stop_redis() {
    local pid try
    pid=$(cat "$1/redis.pid" 2>/dev/null) || return 0
    kill "$pid" 2>/dev/null || return 0
    # Redis removes its pid file last, while the process itself may linger until its parent asks.
    for try in $(seq 50); do
        [ -e "$1/redis.pid" ] || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
}

stop() {
    local dir
    dir=$(realpath -m "$1")
    [ -d "$dir/pg" ] || fail "$dir holds no servers of ours."
    stop_redis "$dir"
    if [ -e "$dir/pg/data/postmaster.pid" ]; then
        (cd "$dir" && as_postgres "$(postgres_bin)/pg_ctl" -D "$dir/pg/data" -m immediate -w -s stop) || true
    fi
    rm -rf "$dir"
}

run() {
    local given="${DATABASE_URL:+1}${DATABASE_OWNER_URL:+1}${REDIS_URL:+1}"
    if [ "$given" = 111 ]; then
        "$@"
        return
    fi
    [ -z "$given" ] || fail "set all three of DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL, or none of them."
    private=$(mktemp -d /tmp/al.XXXXXX)
    trap 'stop_private' EXIT
    # A signal ends the script through EXIT, so that the servers stop on Ctrl-C too.
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    start "$private"
    # shellcheck source=/dev/null
    . "$private/env.sh"
    "$@"
}

stop_private() {
    trap '' INT TERM HUP
    if [ -d "$private/pg" ]; then
        stop "$private"
    else
        rm -rf "$private"
    fi
}

case "${1:-}:$#" in
    run:1 | run:0) fail "usage: deploy/dev/servers.sh run COMMAND..." ;;
    run:*)
        shift
        run "$@"
        ;;
    start:2)
        start "$2"
        cat "$(realpath -m "$2")/env.sh"
        ;;
    stop:2) stop "$2" ;;
    *) fail "usage: deploy/dev/servers.sh run COMMAND... | start DIR | stop DIR" ;;
esac
