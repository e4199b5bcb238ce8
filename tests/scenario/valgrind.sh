#!/bin/bash
# One life of the service under valgrind: start, submit, train, read the log, download, stop.  No leak, no wrong access.
set -uo pipefail
source=${KILN_SOURCE:-.} build=${KILN_BUILD:-build}
folder=$(mktemp -d /tmp/kiln-valgrind.XXXXXX)
chmod 755 "$folder"
failed=0
server=

finish() {
    [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server"
    rm -rf "$folder"
}
trap finish EXIT

fail() {
    echo "failed: $*"
    failed=1
}

valgrind --leak-check=full --show-leak-kinds=definite,possible --errors-for-leak-kinds=definite,possible \
    --error-exitcode=9 --log-file="$folder/valgrind.txt" \
    "$build/kilnd" serve --listen 127.0.0.1:0 --data "$folder/data" --workers 1 > "$folder/ready" 2> "$folder/log" &
server=$!
for _ in $(seq 1200); do
    grep -q '^kilnd ready ' "$folder/ready" && break
    sleep 0.1
done
url=$(sed -n 's/^kilnd ready //p' "$folder/ready")
[ -n "$url" ] || { cat "$folder/log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

job=$(curl -sS -H 'Content-Type: application/json' --data-binary "@$source/examples/digits.json" "$url/v1/jobs" |
    sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
after=
for _ in $(seq 100); do
    page=$(curl -sS "$url/v1/jobs/$job/log?wait=30&limit=1000${after:+&after=$after}")
    after=$(sed -n 's/.*"next":"\([^"]*\)".*/\1/p' <<< "$page")
    grep -q '"complete":true' <<< "$page" && break
done
curl -sS "$url/v1/jobs/$job" | grep -q '"state":"succeeded"' || fail "the job did not succeed"
[ "$(curl -sS -o "$folder/best.tar" -w '%{http_code}' "$url/v1/jobs/$job/checkpoints/best.tar/archive")" = 200 ] ||
    fail "no checkpoint"
tar -tf "$folder/best.tar" > /dev/null || fail "the checkpoint is no tar"

kill -TERM "$server"
wait "$server"
status=$?
server=
[ "$status" = 0 ] || fail "kilnd ended with $status"
[ "$failed" = 0 ] || cat "$folder/log" "$folder/valgrind.txt"
echo "$((1 - failed)) passed, $failed failed, 0 skipped"
exit "$failed"
