#!/usr/bin/env bash
# Runs the shell blocks of the README against a server on a free port: each must succeed.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tests/acceptance/server.sh"
start_server

awk -v dir="$work" '
  /^```sh$/ { block++; inside = 1; next }
  /^```$/ { inside = 0 }
  inside { print > (dir "/block" block ".sh") }' "$root/README.md"

blocks=0
for block in "$work"/block*.sh; do
  blocks=$((blocks + 1))
  sed -i "s/127\.0\.0\.1:8000/127.0.0.1:$port/g" "$block"
  check "README block $blocks" sh -c 'cd "$0" && timeout 60 bash -euo pipefail "$1" >"$1.out" 2>&1 || { cat "$1" "$1.out"; exit 1; }' "$work" "$block"
done

check "all blocks were found" test "$blocks" -ge 7
check "the first answer gave way" grep -q '"code":"registry_new_stream"' "$work/first.txt"
check "the second is complete" grep -q 'data: \[DONE\]' "$work/second.txt"
check "the board begins with what there is" grep -q 'event: snapshot' "$work/board.txt"
check "models are listed" grep -q '"object":"list"' "$work/block4.sh.out"
check "the stop has its receipt" grep -q '"outcome":"finished_cleanly"' "$work/block5.sh.out"
check "the stopped one says why" grep -q '"code":"client_cancel"' "$work/essay.txt"
check "Ollama's answer is done" grep -q '"done":true,"done_reason":"length"' "$work/chat.ndjson"
finish "The README's commands do what it says."
