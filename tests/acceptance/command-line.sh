#!/usr/bin/env bash
# What run.sh and the server say and do at the command line: missing SDK, taken port, bad settings, signals, a stopped terminal.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tests/acceptance/server.sh"
start_server --Server:DrainTimeout 00:00:03 --Logs:Level Debug

says() { # says "what" text command... : fails, in one line that holds the text
  local what=$1 text=$2 out
  shift 2
  out=$("$@" 2>&1)
  local code=$?
  check "$what" test "$code" != 0 -a "$(wc -l <<<"$out")" = 1
  check "$what: says what to do" grep -qF -- "$text" <<<"$out"
}

mkdir "$work/no-sdk" "$work/old-sdk"
for tool in bash env dirname awk paste; do
  ln -s "$(command -v "$tool")" "$work/no-sdk/"
done
printf '#!/bin/sh\n[ "$1" = --list-sdks ] && echo "8.0.100 [/somewhere]"\n' >"$work/old-sdk/dotnet"
chmod +x "$work/old-sdk/dotnet"
says "a missing SDK is said in one line" "install version 10" env PATH="$work/no-sdk" "$root/run.sh"
says "an old SDK is said in one line" "it has 8.0.100" env PATH="$work/old-sdk:$PATH" "$root/run.sh"
says "a taken port is said in one line" "choose another port: ./run.sh --Server:Urls" \
  "$root/run.sh" --Server:Urls "http://127.0.0.1:$port" --Logs:Directory "$work/other"

says "a soak of no known length is said in one line" "usage: ./run.sh soak [MINUTES]" "$root/run.sh" soak nonsense

says "a key without a name is said in one line" "usage: ./run.sh key NAME" "$root/run.sh" key
says "a key with half an option too" "'--streams' is not understood" "$root/run.sh" key alice --streams
says "a certificate that is not there is said in one line" "Could not find file" \
  "$root/run.sh" --Server:Urls https://127.0.0.1:0 --Kestrel:Certificates:Default:Path "$work/none.pem" --Logs:Directory "$work/other"
echo "A key, as run.sh makes it"
"$root/run.sh" key alice --models demo --streams 2 --per-minute 60 >"$work/key.txt"
key=$(grep -oE 'sa-[0-9a-f]{64}' "$work/key.txt")
check "a key is shown, once" test -n "$key" -a "$(grep -cF "$key" "$work/key.txt")" = 1
check "another one each time" sh -c '! "$0" key alice | grep -qF "$1"' "$root/run.sh" "$key"
asked() { # asked [curl option ...] : the status of a prompt to the server that has the key
  curl -s -o /dev/null -w '%{http_code}' --max-time 5 "http://127.0.0.1:$keyed_port/v1/chat/completions" -d '{"prompt":"Hi","max_tokens":3}' "$@"
}
keyed_listens() {
  keyed_port=$(sed -nE 's/.*listens on http:\/\/127\.0\.0\.1:([0-9]+).*/\1/p' "$work/keyed.out")
  [ -n "$keyed_port" ]
}
lets_in() { # lets_in "what" command... : the server, started so, takes the key and nothing else
  local what=$1 keyed
  shift
  : >"$work/keyed.out"
  "$@" --Server:Urls http://127.0.0.1:0 --Logs:Directory "$work/keyed" >"$work/keyed.out" 2>&1 &
  keyed=$!
  check "$what: the server starts on the address it was given" eventually keyed_listens
  check "$what: the key lets in" test "$(asked -H "Authorization: Bearer $key")" = 200
  check "$what: no key does not" test "$(asked)" = 401
  check "$what: another does not" test "$(asked -H "Authorization: Bearer ${key}0")" = 401
  kill "$keyed"
  wait "$keyed" 2>/dev/null
}
mapfile -t environment < <(sed -nE 's/^ +(STREAMACTORS_[^ ]+)$/\1/p' "$work/key.txt")
check "five settings for the environment" test "${#environment[@]}" = 5
lets_in "by environment" env "${environment[@]}" ASPNETCORE_URLS=http://0.0.0.0:1 "$root/run.sh"
mkdir -p "$work/home/config"
{ echo '{'; sed -n '/^  "Auth"/,/^  }/p' "$work/key.txt"; echo '}'; } >"$work/home/config/appsettings.json"
lets_in "by file" env -C "$work/home" dotnet "$root/src/StreamActors.Server/bin/Release/net10.0/StreamActors.Server.dll"
check "no log holds the key" sh -c '! grep -rqF "$1" "$0"' "$work/keyed" "$key"

out=$("$root/run.sh" --Server:Heartbeat 5 --Nonsense:X 1 --Sessions:CancelGrace 1.00:00:00 --Server:Urls http://0.0.0.0:0 2>&1)
check "bad settings stop the start" test $? = 2
check "all faults at once: form, unknown key, range, exposure" test "$(grep -c '^  - ' <<<"$out")" = 4
check "a log that cannot be written stops the start" sh -c '! "$0" --Server:Urls http://127.0.0.1:0 --Logs:Directory "$1" >/dev/null 2>&1' "$root/run.sh" "$work/server.out"

echo "An operator, as run.sh serves one"
ops() { "$root/run.sh" ops "$@" --url "http://127.0.0.1:$port"; }
prompt_gets() { [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 "http://127.0.0.1:$port/v1/chat/completions" -d '{"prompt":"Hi","max_tokens":3}')" = "$1" ]; }
ends_with() { # ends_with CODE command... : the command ends with that exit code
  local code=$1
  shift
  "$@" >"$work/ops.txt" 2>&1
  test $? = "$code"
}
check "the operator key is made, for its owner only" test "$(stat -c %a "$root/logs/operator.key")" = 600
check "ops shows the figures" ends_with 0 ops stats
check "the figures are there" grep -q '^time to proof' "$work/ops.txt"
check "drain on" ends_with 0 ops drain on
check "then prompts get 503" prompt_gets 503
check "drain off" ends_with 0 ops drain off
check "then they are answered" prompt_gets 200
check "the log says who did it" logged "operator_action who=ops@127.0.0.1 claimed_user=$(id -un) action=drain_off target=- outcome=off"
check "top without a terminal prints once" ends_with 0 "$root/run.sh" top --url "http://127.0.0.1:$port"
check "and shows the backends" grep -q '^demo  *reachable' "$work/ops.txt"
check "what is not there ends with 1" ends_with 1 ops sessions cancel nobody
check "a wrong command ends with 2" ends_with 2 ops sessions explode
check "no server ends with 3" ends_with 3 "$root/run.sh" ops stats --url http://127.0.0.1:1
check "and says what to do" grep -qF "Start it with './run.sh'" "$work/ops.txt"
check "no log holds the operator key" sh -c '! grep -rqF "$1" "$0"' "$work/logs" "$(cat "$root/logs/operator.key")"
check "ops alone shows its commands" ends_with 0 "$root/run.sh" ops

echo "SIGTERM while streams run"
for i in 1 2 3 4 5; do
  curl -sN "http://127.0.0.1:$port/v1/chat/completions" -d '{"prompt":"Write an essay","stream":true}' >"$work/s$i.txt" 2>/dev/null &
done
streaming() { [ "$(cat "$work"/s?.txt | grep -c '"content"')" -gt 20 ]; }
check "five streams run" eventually streaming
curl -sN "http://127.0.0.1:$port/v1/chat/completions" -d '{"prompt":"Hi","stream":true}' >"$work/short.txt" &
short_runs() { grep -q '"content"' "$work/short.txt"; }
check "and a short one" eventually short_runs
started=$(date +%s%N)
kill -TERM "$server"
refused() { [ "$(curl -s -o "$work/refused.txt" -w '%{http_code}' --max-time 2 "http://127.0.0.1:$port/v1/chat/completions" -d '{"prompt":"Hi"}')" = 503 ]; }
check "a new prompt gets 503" eventually refused
check "and is told why" grep -q '"code":"server_shutdown"' "$work/refused.txt"
check "it is not ready any more" sh -c '[ "$(curl -s -o /dev/null -w "%{http_code}" --max-time 2 "http://127.0.0.1:$0/readyz")" = 503 ]' "$port"
wait "$server"
code=$?
took=$((($(date +%s%N) - started) / 1000000))
check "exit code 0" test "$code" = 0
check "within the drain time and five seconds ($took ms)" test "$took" -lt 8000
check "the short one finished" grep -q '\[DONE\]' "$work/short.txt"
check "each of the long ones was told" test "$(cat "$work"/s?.txt | grep -c '"code":"server_shutdown"')" = 5
check "the books balance" same_count stream_start stream_end
check "none was detached" not_logged outcome=detached

echo "A terminal that nobody reads"
mkfifo "$work/terminal"
exec 9<>"$work/terminal"
"$root/run.sh" --Server:Urls "http://127.0.0.1:$port" --Server:DrainTimeout 00:01:00 --Logs:Directory "$work/stopped" >"$work/terminal" 2>/dev/null &
server=$!
check "it starts on the same port at once" eventually ready
log=$work/stopped/system.log
for i in $(seq 800); do
  echo "url = \"http://127.0.0.1:$port/nothing/here/at/all/$i\""
done >"$work/urls"
curl -s -K "$work/urls" >/dev/null
last_is_logged() { logged "path=/nothing/here/at/all/800"; }
check "the file has every line while the terminal takes none" eventually last_is_logged
curl -sN "http://127.0.0.1:$port/v1/chat/completions" -d '{"prompt":"Write an essay","stream":true}' >"$work/last.txt" 2>/dev/null &
last_runs() { grep -q '"content"' "$work/last.txt"; }
check "a stream runs" eventually last_runs
kill -TERM "$server"
not_ready() { ! ready; }
check "SIGTERM drains" eventually not_ready
kill -TERM "$server"
stopped() { ! kill -0 "$server" 2>/dev/null; }
check "a second SIGTERM ends it at once" eventually stopped
wait "$server" 2>/dev/null

echo "The same, and nothing runs"
"$root/run.sh" --Server:Urls "http://127.0.0.1:$port" --Logs:Directory "$work/stopped" >"$work/terminal" 2>/dev/null &
server=$!
check "it starts again" eventually ready
curl -s -K "$work/urls" >/dev/null
kill -TERM "$server"
check "one SIGTERM ends it though its terminal takes nothing" eventually stopped

echo "SIGTERM while it starts"
listens_for_signals() { grep -qs SigHandler "/proc/$server"/task/*/comm; }
for i in 1 2 3 4 5; do
  "$root/run.sh" --Server:Urls "http://127.0.0.1:$port" --Logs:Directory "$work/starting" >/dev/null 2>&1 &
  server=$!
  eventually listens_for_signals
  kill -TERM "$server"
  wait "$server" 2>/dev/null
  code=$?
  # One that comes a moment too early is the system's to answer: 128 + 15.
  check "it ends with 0 or 143 ($code)" test "$code" = 0 -o "$code" = 143
done

finish "The command line does what it says."
