#!/usr/bin/env bash
# The suite on the servers that DATABASE_URL and REDIS_URL name and, beside it on the second core, what touches data on
# SQLite and then the engine's tests, which need no database; the output of the latter follows when both are done.
# Arguments choose a part, which runs whole in both; COV=1 measures coverage, of everything, in the first.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=.venv/bin/python

# The beside run of this script: a signal ends the tests that run, too.
beside() {
    local running= status
    trap 'kill -TERM "$running" 2>/dev/null; wait; exit 143' TERM
    "$python" -m pytest -m "data and not soak" "$@" &
    running=$!
    wait "$running"
    status=$?
    if [ -n "$divided" ] && [ "$status" != 2 ]; then
        printf '\nThe engine:\n'
        "$python" -m pytest tests/engine &
        running=$!
        wait "$running" || status=$?
    fi
    exit "$status"
}

divided=
if [ "${1:-}" = --beside ]; then
    shift
    [ $# != 0 ] || [ -n "${COV:-}" ] || divided=1
    beside "$@"
fi
coverage=()
if [ -n "${COV:-}" ]; then
    coverage=(--cov --cov-report=term:skip-covered)
fi
all_but=()
if [ $# = 0 ] && [ -z "${COV:-}" ]; then
    all_but=(--ignore=tests/engine)
fi

told=$(mktemp)
env -u DATABASE_URL -u DATABASE_OWNER_URL -u REDIS_URL deploy/dev/test.sh --beside "$@" >"$told" 2>&1 &
beside=$!
end() {
    kill -TERM "$beside" 2>/dev/null
    wait "$beside" 2>/dev/null
    rm -f "$told"
}
trap end EXIT

"$python" -m pytest "${coverage[@]}" "${all_but[@]}" "$@"
on_servers=$?
# 130 and 2 are an interrupt: nobody waits for the other run then.
if [ "$on_servers" = 130 ] || [ "$on_servers" = 2 ]; then
    exit "$on_servers"
fi
wait "$beside"
on_sqlite=$?
printf '\nOn SQLite:\n'
cat "$told"
# A part chosen by the caller may hold nothing that touches data.
if [ "$on_sqlite" = 5 ] && [ $# -gt 0 ]; then
    on_sqlite=0
fi
if [ "$on_servers" != 0 ]; then
    echo "armslength: the run on PostgreSQL failed; its summary stands above the one of SQLite." >&2
    exit "$on_servers"
fi
exit "$on_sqlite"
