# Sourced: starts the server by run.sh on a free port, in a folder of its own that goes with the script.
# Gives: $work, $port, $server (process id), $log, and what follows.
work=$(mktemp -d)
log=$work/logs/system.log
server=
port=
faults=0
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT

# Waits, at most ten seconds, until a command succeeds.
eventually() {
  local i
  for ((i = 0; i < 200; i++)); do
    "$@" && return 0
    sleep 0.05
  done
  return 1
}

check() { # check "what" command...
  local what=$1
  shift
  if "$@"; then
    echo "  ok    $what"
  else
    echo "  FAULT $what"
    faults=$((faults + 1))
  fi
}

logged() { grep -qF -- "$1" "$log"; }
not_logged() { ! logged "$1"; }
same_count() { [ "$(grep -c " $1 " "$log")" = "$(grep -c " $2 " "$log")" ]; }

finish() { # finish "what is shown": the script's last word
  [ "$faults" = 0 ] && echo "$1" && exit 0
  echo "$faults faults; the log:"
  tail -n 60 "$log"
  exit 1
}

ready() { curl -sf -o /dev/null --max-time 1 "http://localhost:$port/readyz"; }

start_server() { # start_server [setting ...]
  "$root/run.sh" --Server:Urls http://127.0.0.1:0 --Logs:Directory "$work/logs" "$@" >"$work/server.out" 2>&1 &
  server=$!
  local i
  # The server may have to be built first; it says its address when it listens.
  for ((i = 0; i < 2400; i++)); do
    port=$(sed -nE 's/.*listens on http:\/\/127\.0\.0\.1:([0-9]+).*/\1/p' "$work/server.out")
    [ -n "$port" ] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  [ -n "$port" ] && eventually ready && return
  cat "$work/server.out"
  echo "the server did not start"
  exit 1
}
