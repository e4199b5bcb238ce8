#!/bin/sh
# check_random.sh RUNNER FOLDER COUNT [SEED]: the model in FOLDER and the engine play COUNT random jobs.
set -eu
cases=$(mktemp -d)
trap 'rm -rf "$cases"' EXIT
python3 "$2/make_cases.py" "$cases" "$3" "${4:-1}"
"$1" "$cases" >"$cases/output" || { grep '^not ok' "$cases/output"; exit 1; }
tail -n 1 "$cases/output"
