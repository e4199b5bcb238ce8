#!/bin/sh
# check_differences.sh RUNNER FOLDER: compares FOLDER/deliberate_differences with what the runner found by its rules.
set -eu
found=$(mktemp)
listed=$(mktemp)
trap 'rm -f "$found" "$listed"' EXIT
"$1" "$2/traces" | sed -n 's/^ok \(.*\) # difference \([0-9]*\)$/\2 \1/p' | sort >"$found"
grep -v '^#' "$2/deliberate_differences" | sort >"$listed"
diff -u "$listed" "$found"
