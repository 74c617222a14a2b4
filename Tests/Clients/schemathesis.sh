#!/bin/sh
# Sends requests that the document allows, and some that it does not, and holds every answer against the document.
# usage: schemathesis.sh BASE_URL TOKEN ; DEPOT_VENV is the folder of the programs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
programs=${DEPOT_VENV:-$here/../../.build/venv/bin}
DEPOT_STOCK=$("$programs/python" "$here/stock.py" "$1" "$2")
SCHEMATHESIS_HOOKS=schemathesis_hooks
PYTHONPATH=$here
PYTHONDONTWRITEBYTECODE=1
export DEPOT_STOCK SCHEMATHESIS_HOOKS PYTHONPATH PYTHONDONTWRITEBYTECODE
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# $1 --include or --exclude, then the base URL and the token
run() {
    "$programs/schemathesis" --config-file "$here/schemathesis.toml" run "$2/openapi.yaml" --url "$2" \
        --header "Authorization: Bearer $3" "$1-path-regex" '^/api/v1/' --seed 20240115 --no-color
}

# Snipe-IT's half and the rest, beside each other: threads of one run would share one interpreter.
run --include "$1" "$2" > snipeit.log 2>&1 &
half=$!
status=0
run --exclude "$1" "$2" || status=$?
wait "$half" || status=$?
cat snipeit.log
exit "$status"
