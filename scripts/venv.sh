#!/bin/sh
# Make a virtual environment: scripts/venv.sh PYTHON FOLDER. Debian keeps venv in a package of its own.
set -eu
python=$1
folder=$2
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Aisle needs Python 3.11 or newer; $("$python" --version) is $python. Set PYTHON=..." >&2
    exit 1
fi
if ! "$python" -m venv "$folder" 2>/dev/null; then
    rm -rf "$folder"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends python3-venv
    fi
    "$python" -m venv "$folder"
fi
