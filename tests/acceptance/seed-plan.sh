#!/usr/bin/env bash
# The five tests of the streaming stability plan, with the plan's own curl lines (only host and port differ), against a server
# started by run.sh on a free port. Checks answers, log order, and that the books balance. With the argument 'ollama' the answers
# come through the Ollama backend from an instrumented model server that speaks Ollama's /api/chat, and its own record is checked too.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tests/acceptance/server.sh"
trace_of() { sed -nE 's/^[Xx]-[Tt]race-[Ii]d: ([0-9a-f]+).*/\1/p' "$1" | head -n 1; }
line_of() { grep -nF -- "$1" "$log" | head -n 1 | cut -d: -f1; }  # line number of the first match
in_order() { # each text is in the log, and after the one before it
  local last=0 line text
  for text in "$@"; do
    line=$(line_of "$text")
    [ -n "$line" ] && [ "$line" -gt "$last" ] || return 1
    last=$line
  done
}
is_complete() { [ "$(grep -c '^data: \[DONE\]' "$1")" = 1 ]; }
is_cut() { ! grep -q '\[DONE\]' "$1" && ! grep -q '"finish_reason":"' "$1"; }

start_model_server() { # gives: $model_server, its address; it ends when this script does
  dotnet build "$root/tests/StreamActors.Conformance" -c Release -v quiet --nologo >"$work/build.out" 2>&1 || { cat "$work/build.out"; exit 1; }
  exec 8> >(exec dotnet "$root"/tests/StreamActors.Conformance/bin/Release/net*/StreamActors.Conformance.dll backend --exit-with-stdin >"$work/model.out" 2>&1)
  listening() { model_server=$(sed -n 's/^listening //p' "$work/model.out" 2>/dev/null) && [ -n "$model_server" ]; }
  eventually listening || { cat "$work/model.out"; echo "the model server did not start"; exit 1; }
}
recorded() { # lines of "event trace" from the model server's record, in order
  curl -sf --max-time 5 "$model_server/_record" | tr '{' '\n' | sed -nE 's/.*"event":"([a-z_]+)".*"trace":"([0-9a-f]*)".*/\1 \2/p'
}

with=${1:-demo}
case $with in
  demo) start_server ;;
  ollama)
    start_model_server
    start_server --Backends:local:Type Ollama --Backends:local:Url "$model_server" --DefaultModel instrumented
    ;;
  *) echo "usage: seed-plan.sh [demo|ollama]" >&2; exit 2 ;;
esac

echo "Test 1: normal streaming"
curl -sS -D "$work/1.head" -X POST http://localhost:$port/v1/chat/completions \
  -H "Authorization: Bearer devkey" \
  -H "Content-Type: application/json" \
  -d '{"prompt":"Hello","stream":true}' \
  > "$work/1.txt"
t1=$(trace_of "$work/1.head")
check "the answer streams and is complete" is_complete "$work/1.txt"
check "the stream ended" eventually logged "stream_end trace=$t1"
check "start before end" in_order "stream_start trace=$t1" "stream_end trace=$t1"
check "completed" grep -qE "stream_end trace=$t1 .*outcome=completed" "$log"
check "not cancelled" not_logged "stream_cancelled trace=$t1"

echo "Test 2: the user stops the stream"
curl -sS -D "$work/2.head" -X POST http://localhost:$port/v1/chat/completions \
  -H "Authorization: Bearer devkey" \
  -d '{"prompt":"Write a very long poem","stream":true}' > "$work/2.txt" &
pid=$!
sleep 2 && kill $pid
wait $pid 2>/dev/null
t2=$(trace_of "$work/2.head")
check "the stream ended" eventually logged "stream_end trace=$t2"
check "start, cancelled by disconnect, end" in_order \
  "stream_start trace=$t2" "stream_cancelled trace=$t2" "stream_end trace=$t2"
check "the reason is the client's disconnect" grep -qE "stream_cancelled trace=$t2 .*reason=client_disconnect" "$log"
check "what came was an answer, cut" is_cut "$work/2.txt"

echo "Test 3: rapid new requests (the critical test)"
session="test-session-$(date +%s)"
curl -sS -D "$work/a.head" -X POST http://localhost:$port/v1/chat/completions \
  -H "Authorization: Bearer devkey" \
  -H "X-Session-Id: $session" \
  -H "Content-Type: application/json" \
  -d '{"prompt":"Write a 10 paragraph essay","stream":true}' > "$work/a.txt" 2>/dev/null &
pid=$!
sleep 0.1
curl -sS -D "$work/b.head" --max-time 10 -X POST http://localhost:$port/v1/chat/completions \
  -H "Authorization: Bearer devkey" \
  -H "X-Session-Id: $session" \
  -H "Content-Type: application/json" \
  -d '{"prompt":"What is 2+2?","stream":true}' > "$work/b.txt"
check "B was answered within its ten seconds" test $? = 0
wait $pid 2>/dev/null
a=$(trace_of "$work/a.head")
b=$(trace_of "$work/b.head")
check "B is complete" is_complete "$work/b.txt"
check "A is cut" is_cut "$work/a.txt"
check "A says why, and by whom" grep -q "\"code\":\"registry_new_stream\".*\"superseded_by\":\"$b\"" "$work/a.txt"
check "B ended" eventually logged "stream_end trace=$b"
check "the order of the log" in_order \
  "stream_start trace=$a" "stream_accepted trace=$b" "stream_cancelled trace=$a" "stream_end trace=$a" \
  "prev_stream_finished_cleanly session=$session trace=$a" "stream_start trace=$b" "stream_end trace=$b"
check "A was cancelled for the new stream" grep -qE "stream_cancelled trace=$a .*reason=registry_new_stream superseded_by=$b" "$log"
check "no timeout on cancel" not_logged "prev_stream_timeout_on_cancel"

echo "Test 4: rapid requests (stress)"
pids=()
for i in {1..5}; do
  curl -sS -X POST http://localhost:$port/v1/chat/completions \
    -H "Authorization: Bearer devkey" \
    -H "Content-Type: application/json" \
    -d "{\"prompt\":\"Prompt $i\",\"stream\":true}" \
    --max-time 3 \
    > "$work/resp_$i.txt" &
  pids+=($!)
  sleep 0.05
done
for i in {1..5}; do
  wait "${pids[$((i - 1))]}"
  check "response $i came whole" test $? = 0
  check "response $i: $(wc -c <"$work/resp_$i.txt") bytes, complete" is_complete "$work/resp_$i.txt"
done

echo "Test 5: two sessions do not touch each other"
curl -sS -D "$work/s1a.head" -X POST http://localhost:$port/v1/chat/completions \
  -H "X-Session-Id: session-1" \
  -H "Content-Type: application/json" \
  -d '{"prompt":"Session 1 Prompt A","stream":true}' > "$work/s1a.txt" 2>/dev/null &
s1=$!
curl -sS -D "$work/s2a.head" -X POST http://localhost:$port/v1/chat/completions \
  -H "X-Session-Id: session-2" \
  -H "Content-Type: application/json" \
  -d '{"prompt":"Session 2 Prompt A","stream":true}' > "$work/s2a.txt" &
s2=$!
sleep 0.1
curl -sS -D "$work/s1b.head" -X POST http://localhost:$port/v1/chat/completions \
  -H "X-Session-Id: session-1" \
  -H "Content-Type: application/json" \
  -d '{"prompt":"Session 1 Prompt B","stream":true}' > "$work/s1b.txt"
wait $s1
wait $s2
check "session 1 A was replaced" is_cut "$work/s1a.txt"
check "session 1 B is complete" is_complete "$work/s1b.txt"
check "session 2 A is complete" is_complete "$work/s2a.txt"
check "session 2 A was not cancelled" not_logged "stream_cancelled trace=$(trace_of "$work/s2a.head")"

echo "Diagnostics"
check "as many stream_end as stream_start" eventually same_count stream_start stream_end
check "no two live streams in a session" awk '
  function value(key,   i) { for (i = 1; i <= NF; i++) if (index($i, key "=") == 1) return substr($i, length(key) + 2) }
  $3 == "stream_start" && ++live[value("session")] > 1 { bad = 1 }
  $3 == "stream_end" { live[value("session")]-- }
  END { for (s in live) if (live[s]) bad = 1; exit bad }' "$log"
if [ "$with" = ollama ]; then
  settled() { # nothing live, and each prompt that was started is at the model server, once
    recorded >"$work/record"
    [ "$(grep -c '^accept ' "$work/record")" = "$(grep -c ' stream_start ' "$log")" ] &&
      [ "$(grep -c '^accept ' "$work/record")" = "$(grep -cE '^(end|abort) ' "$work/record")" ]
  }
  check "the model server has seen every prompt's start and end" eventually settled
  check "it saw every cancelled answer aborted, and every completed one to its end" awk '
    FNR == NR { saw[$2] = $1; next }
    $3 == "stream_end" {
      trace = $4; sub("trace=", "", trace); n++
      if (saw[trace] != (/ outcome=completed / ? "end" : "abort")) { bad = 1; print }
      if (/ outcome=cancelled /) cancelled++
    }
    END { exit bad || n < 12 || cancelled < 3 }' "$work/record" "$log"
  check "never two of one session at once, by its own record" awk '
    FNR == NR { if ($3 == "stream_start") { for (i = 4; i <= NF; i++) { if ($i ~ /^trace=/) t = substr($i, 7); if ($i ~ /^session=/) s = substr($i, 9) } of[t] = s } next }
    $1 == "accept" && ++live[of[$2]] > 1 { bad = 1 }
    $1 == "end" || $1 == "abort" { live[of[$2]]-- }
    END { exit bad }' "$log" "$work/record"
fi
threads=$(ls "/proc/$server/task" 2>/dev/null | wc -l)
check "no session is left generating" sh -c "! curl -s http://localhost:$port/v1/sessions -H 'Authorization: Bearer devkey' | grep -qE '\"state\":\"(generating|replacing)\"'"
kill -TERM "$server"
wait "$server"
check "SIGTERM ended the server with exit code 0 (it had $threads threads)" test $? = 0

finish "All of the plan's tests passed ($with)."
