#!/usr/bin/env bash
# Asks the package index for published advisories on the pins of requirements.lock.
# Where nothing answers, it says so and passes: a check must not depend on the day's network.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

report=$(.venv/bin/python -m pip_audit --requirement requirements.lock --require-hashes --disable-pip \
    --progress-spinner off --timeout 10 2>&1)
status=$?
if [ "$status" = 0 ]; then
    echo "advisories: none known for requirements.lock"
elif grep -q '^Found [0-9]* known vulnerabilit' <<<"$report"; then
    echo "$report"
    echo "armslength: raise the versions in pyproject.toml and run make lock." >&2
    exit 1
else
    echo "advisories: not checked, the package index gave no answer ($(tail -n 1 <<<"$report" | cut -c 1-160))"
fi
