#!/bin/sh
# Makes .venv from requirements.lock: once, and again only when the lock or pyproject.toml has changed.
# `setup.sh tests` also sees to what only tests need: Chromium and LibreOffice, while the libraries are on their way, and then Spark.
set -eu
cd "$(dirname "$0")/.."

venv=.venv
log=$venv/setup.log
stamp=$venv/installed.lock # a copy of what was installed: comparing it needs no tool that a machine may lack

say() { printf '%s\n' "$*"; }
fail() {
    say "$*" >&2
    exit 2
}

wanted() { cat requirements.lock pyproject.toml; }

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            say "$name"
            return
        fi
    done
}

# uv installs about four times as fast, but does not read pip's configuration: where pip is told to use
# another index or a proxy, that choice belongs to the machine's owner and pip does the work.
pip_goes_its_own_way() {
    $venv/bin/python -m pip config list 2>/dev/null | grep -Eq '\.(index-url|no-index|proxy)='
}

with_uv() {
    awk '/^[a-z0-9]/ { keep = /^uv==/ } keep' requirements.lock >$venv/uv.lock
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes -r $venv/uv.lock 2>>$log &&
        $venv/bin/uv pip install --quiet --python $venv/bin/python --only-binary :all: --compile-bytecode \
            --require-hashes -r requirements.lock 2>>$log
}

with_pip() {
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --require-hashes -r requirements.lock 2>>$log && return
    grep -v '^WARNING' $log | tail -n 20 >&2
    fail "The libraries could not be installed; $log has all of it. Mend the cause and start again."
}

for_tests=${1:-}
browser=
begin_tests() {
    [ "$for_tests" ] || return 0
    ($venv/bin/python -m scripts.browser && $venv/bin/python -m scripts.office) & # one after the other: apt takes turns
    browser=$!
}
end_tests() {
    [ "$for_tests" ] || return 0
    $venv/bin/python scripts/spark.py || : # the suite leaves its small test out, and says so
    wait "$browser"
}

if [ -x $venv/bin/python ] && wanted | cmp -s - $stamp; then
    begin_tests
    end_tests
    exit
fi

if ! $venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    [ -n "$python" ] || fail "Python 3.11 or later is needed and not on the path: install it, or name it with make PYTHON=/path/to/python3."
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python lacks the venv module, which makes the environment: install it (on Debian and Ubuntu: apt-get install python3-venv)."
    "$python" -m venv --clear $venv
fi

begin_tests
say "Setting up $venv from requirements.lock (once, about 1.6 GB; 20 seconds to some minutes)."
rm -f $stamp $log
if pip_goes_its_own_way; then
    with_pip
elif ! with_uv; then
    say "uv could not install (details in $log); pip takes over."
    with_pip
fi
# The build tools are in the lock, so nothing more is fetched for the project itself.
$venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
wanted >$stamp
say "$venv is ready."
end_tests
