#!/bin/sh
# Make a virtual environment: scripts/venv.sh PYTHON FOLDER. Debian keeps venv in a package of its own.
set -eu
python=$1
folder=$2
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Aisle needs Python 3.11 or newer; $("$python" --version) is $python. Set PYTHON=..." >&2
    exit 1
fi
if ! "$python" -m venv "$folder" >/dev/null 2>&1; then
    rm -rf "$folder"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            python3-venv >/dev/null
    fi
    "$python" -m venv "$folder"
fi
