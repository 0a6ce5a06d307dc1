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

faults=0
blocks=0
for block in "$work"/block*.sh; do
  blocks=$((blocks + 1))
  sed -i "s/127\.0\.0\.1:8000/127.0.0.1:$port/g" "$block"
  if (cd "$work" && timeout 60 bash -euo pipefail "$block" >"$block.out" 2>&1); then
    echo "  ok    README block $blocks"
  else
    echo "  FAULT README block $blocks:"
    cat "$block" "$block.out"
    faults=$((faults + 1))
  fi
done

contains() { grep -q -- "$2" "$1" || { echo "  FAULT $1 lacks $2"; faults=$((faults + 1)); }; }
contains "$work/first.txt" '"code":"registry_new_stream"'
contains "$work/second.txt" 'data: \[DONE\]'
contains "$work/block3.sh.out" '"object":"list"'
contains "$work/block4.sh.out" '"outcome":"finished_cleanly"'
contains "$work/essay.txt" '"code":"client_cancel"'
[ "$blocks" -ge 5 ] && [ "$faults" = 0 ] && echo "The README's commands do what it says."
