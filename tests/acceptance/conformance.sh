#!/usr/bin/env bash
# The conformance kit by run.sh: against this server from both sides and from the client's alone, and its exit codes.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tests/acceptance/server.sh"

# Below the ports that systems give out by themselves, so nobody else takes it before the kit does.
free_port() {
  local candidate
  for _ in {1..50}; do
    candidate=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || { echo "$candidate"; return; }
  done
}
model_port=$(free_port)
start_server --Backends:local:Type OpenAiCompatible --Backends:local:Url "http://127.0.0.1:$model_port/v1" \
  --Backends:demo:Type Demo --Backends:demo:Models:0 demo --Backends:demo:TokensPerSecond 60
# As run.sh starts it, once run.sh has built it.
kit() { dotnet "$root"/tests/StreamActors.Conformance/bin/Release/net*/StreamActors.Conformance.dll check "$@"; }

"$root/run.sh" conformance "http://127.0.0.1:$port" --backend-port "$model_port" >"$work/both.txt" 2>"$work/progress.txt"
check "from both sides: exit code 0" test $? = 0
check "from both sides: all passed" grep -qE '^15 passed; [0-9]+ s$' "$work/both.txt"
check "progress is shown beside the report" grep -q '^15 of 15: the books balance' "$work/progress.txt"

kit "http://127.0.0.1:$port/v1" --key devkey --model demo --json >"$work/client.json" 2>/dev/null
check "from the client's side: exit code 0" test $? = 0
check "what only the model sees is said to be not seen" test "$(grep -c '"verdict": "not_seen"' "$work/client.json")" = 2
check "all else passed" test "$(grep -c '"verdict": "passed"' "$work/client.json")" = 13

kit "http://127.0.0.1:$port" --key wrong >"$work/wrong.txt" 2>/dev/null
check "a key that does not let in: exit code 1" test $? = 1
check "and the first check says why" grep -q 'refused with 401' "$work/wrong.txt"
kit "http://127.0.0.1:$port" --nonsense >"$work/usage.txt" 2>&1
check "what is not understood: exit code 2" test $? = 2
check "and the usage" grep -q '^usage: ./run.sh conformance URL' "$work/usage.txt"
kit "http://127.0.0.1:$port" --backend-port "$port" >"$work/taken.txt" 2>&1
check "a port that is taken: exit code 2" test $? = 2
kit "http://127.0.0.1:$model_port" >"$work/nobody.txt" 2>&1
check "nobody there: exit code 3" test $? = 3
check "and in one line" test "$(wc -l <"$work/nobody.txt")" = 1

cp "$work/both.txt" "$root/artifacts/tests/conformance.txt" 2>/dev/null
[ "$faults" = 0 ] || cat "$work"/{both,progress,wrong,usage,taken,nobody}.txt "$work/client.json"
finish "The conformance kit does what it says."
