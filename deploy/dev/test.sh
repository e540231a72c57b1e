#!/usr/bin/env bash
# The whole suite on the servers that DATABASE_URL and REDIS_URL name and, beside it on the second core, what touches
# data on SQLite; the output of the latter follows when both are done.
# Arguments go to both pytest runs; COV=1 measures coverage in the first.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=.venv/bin/python
coverage=()
if [ -n "${COV:-}" ]; then
    coverage=(--cov --cov-report=term:skip-covered)
fi

told=$(mktemp)
env -u DATABASE_URL -u DATABASE_OWNER_URL -u REDIS_URL "$python" -m pytest -m "data and not soak" "$@" >"$told" 2>&1 &
beside=$!
end() {
    kill -TERM "$beside" 2>/dev/null
    wait "$beside" 2>/dev/null
    rm -f "$told"
}
trap end EXIT

"$python" -m pytest "${coverage[@]}" "$@"
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
