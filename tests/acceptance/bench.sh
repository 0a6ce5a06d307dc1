#!/usr/bin/env bash
# The benchmark runs, with every gateway and every kind of load, and leaves its report and nothing else. No time is judged.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0
check() { # check "what" command...
  local what=$1
  shift
  if "$@"; then echo "  ok    $what"; else echo "  FAULT $what"; faults=$((faults + 1)); fi
}
# Whatever a run starts has the path of its own files in its command.
nothing_runs() { ! pgrep -f "$work/$1" >/dev/null; }

timeout 600 "$root/run.sh" bench --quick --out "$work/report" >"$work/out" 2>&1
check "exit code 0" test $? = 0
for scenario in paced one-token preemption storm held-2000; do
  check "$scenario: table" grep -q "^## $scenario\$" "$work/report/README.md"
  check "$scenario: picture" grep -q '</svg>' "$work/report/$scenario.svg"
  for gateway in direct nginx haproxy raw raw-tuned yarp yarp-tuned ichat ours ours-untuned ours-tuned; do
    check "$scenario: $gateway was read" grep -q "^$scenario,$gateway,1," "$work/report/readings.csv"
  done
done
overlaps=$(grep -E '^(storm|preemption),ours[a-z-]*,1,overlaps,' "$work/report/readings.csv")
check "no overlap with this server" sh -c '[ -n "$0" ] && ! printf "%s\n" "$0" | grep -v ",0$"' "$overlaps"
check "the report says that its figures mean nothing" grep -q "these figures mean nothing" "$work/report/README.md"
check "it leaves no process" nothing_runs report
check "and no file but the report's" test ! -e "$work/report/work"

timeout 900 "$root/run.sh" bench paced --gateways nginx,ours --out "$work/stopped" >"$work/stopped.out" 2>&1 &
bench=$!
measuring() { pgrep -f "$work/stopped.*nginx.conf" >/dev/null; }
for ((i = 0; i < 6000; i++)); do measuring && break; sleep 0.05; done
check "a long run has begun" measuring
# As Ctrl+C, which a shell in the background does not pass on.
kill -TERM "$(pgrep -P "$bench")"
wait "$bench"
check "interrupted: exit code 130" test $? = 130
check "interrupted: neither report nor other files" test ! -e "$work/stopped"
check "interrupted: no process is left" nothing_runs stopped
"$root/run.sh" bench micro --quick >"$work/micro.out" 2>&1
check "micro: exit code 0" test $? = 0
for table in Token Ollama Supersede TokenPath; do
  check "micro: $table was measured" grep -qE "^\\| $table +\\|.*[0-9] [nµum]?s " "$work/micro.out"
done
check "an unknown scenario is said, with what there is" sh -c '"$0" bench nonsense 2>&1 | grep -q "usage: ./run.sh bench"' "$root/run.sh"

[ "$faults" = 0 ] && echo "The benchmark runs." && exit 0
echo "$faults faults; its output:"
cat "$work/out" "$work/stopped.out"
tail -n 30 "$work/micro.out"
exit 1
