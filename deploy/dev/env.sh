#!/usr/bin/env bash
# Makes or refreshes .venv from a lock file.
#
#   deploy/dev/env.sh runtime   what the site and the demo need (requirements.lock)
#   deploy/dev/env.sh dev       the same and the tools of make test and make check (requirements-dev.lock)
#   deploy/dev/env.sh bench     the same and the peers of make bench (requirements-bench.lock)
#
# A stamp with the digest of the lock makes a second run a matter of milliseconds.
# Uses uv when it is there, else python3 -m venv and pip, else (as root, with apt) installs python3-venv first.
# PYTHON=/path/to/python chooses the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case "${1:-}" in
    runtime) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    bench) lock=requirements-bench.lock ;;
    *)
        echo "usage: deploy/dev/env.sh runtime|dev|bench" >&2
        exit 2
        ;;
esac
venv=.venv
stamp=$venv/.installed-$1
export UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1

say() { echo "armslength: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

new_enough() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 /usr/bin/python3}; do
        if new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Debian ships the venv module apart from what it needs to put pip into a new environment.
can_make_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

may_use_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

install_python() {
    say "installing python3-venv with apt-get"
    export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends python3-venv; } >/dev/null ||
        fail "apt-get could not install python3-venv; its own message stands above."
}

make_venv() {
    local python
    if python=$(find_python) && command -v uv >/dev/null; then
        uv venv --quiet --clear --python "$python" "$venv"
        return
    fi
    if [ -n "$python" ] && can_make_venv "$python"; then
        "$python" -m venv --clear "$venv"
        return
    fi
    may_use_apt || fail "$(what_to_install "$python")"
    install_python
    python=$(find_python) && can_make_venv "$python" || fail "$(what_to_install "$python")"
    "$python" -m venv --clear "$venv"
}

what_to_install() {
    if [ -n "$1" ]; then
        echo "$1 cannot make a virtual environment: install uv, or python3-venv (Debian: apt-get install python3-venv)."
    elif [ -n "${PYTHON:-}" ]; then
        echo "PYTHON is $PYTHON, which is no Python of 3.11 or newer: name one that is, or unset it."
    else
        echo "Python 3.11 or newer is needed and $(python3 --version 2>/dev/null || echo 'no python3') was found:" \
            "install it (Debian 12: apt-get install python3 python3-venv) or name it with PYTHON=/path/to/python."
    fi
}

# The lock names every package, so nothing is left to resolve; an older pip would look past its pins at
# a newer release of what another package asks for with an extra (coverage[toml]), and fail.
install_lock() {
    if command -v uv >/dev/null; then
        uv pip install --quiet --no-deps --python "$venv/bin/python" --require-hashes -r "$lock"
    else
        "$venv/bin/python" -m pip install --quiet --no-deps --require-hashes -r "$lock"
    fi
}

digest=$(sha256sum "$lock" | cut -d ' ' -f 1)
usable() { new_enough "$venv/bin/python"; }
installed() { usable && [ "$(cat "$stamp" 2>/dev/null)" = "$digest" ]; }

if installed; then
    exit 0
fi
# Two make runs at once must not write into one environment.
if command -v flock >/dev/null; then
    exec 9>.venv.lock
    flock 9
    if installed; then
        exit 0
    fi
fi
say "setting up $venv from $lock, about a minute the first time"
usable || make_venv
install_lock || fail "the packages of $lock could not be installed; the installer's own message stands above."
echo "$digest" >"$stamp"
# A larger lock holds every pin of a smaller one, so one install serves both.
if [ "$1" != runtime ]; then
    sha256sum requirements.lock | cut -d ' ' -f 1 >"$venv/.installed-runtime"
fi
if [ "$1" = bench ]; then
    sha256sum requirements-dev.lock | cut -d ' ' -f 1 >"$venv/.installed-dev"
fi
