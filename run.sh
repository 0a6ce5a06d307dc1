#!/usr/bin/env bash
# The one script to know. No argument: build what is needed and serve. './run.sh help' lists the rest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sdk_major=10

help() {
  cat <<'TEXT'
./run.sh [--Section:Key value ...]   build what is needed and serve on http://127.0.0.1:8000
./run.sh test [seed]                 run every test of the project; 'seed': only the acceptance of the seed's plan
./run.sh soak [minutes]              all traffic and all faults at once (default 3 minutes), everything checked; a summary in artifacts/
./run.sh key NAME [--models a,b] [--streams N] [--per-minute N]
                                     make an API key, show it once, and the settings that let it in; stores nothing
./run.sh help                        this text

Settings: config/README.md. Examples:
  ./run.sh --Server:Urls http://127.0.0.1:9000
  ./run.sh --Backends:local:Type OpenAiCompatible --Backends:local:Url http://127.0.0.1:11434/v1
  ./run.sh --Backends:local:Type Ollama
TEXT
}

fail() {
  echo "run.sh: $*" >&2
  exit 1
}

need_sdk() {
  command -v dotnet >/dev/null 2>&1 ||
    fail "the .NET SDK is missing; install version $sdk_major (https://dotnet.microsoft.com/download) and try again"
  dotnet --list-sdks | grep "^$sdk_major\." >/dev/null ||
    fail "this machine has no .NET $sdk_major SDK (it has $(dotnet --list-sdks | awk '{ print $1 }' | paste -sd ' ')); install version $sdk_major (https://dotnet.microsoft.com/download) and try again"
}

need_curl() {
  command -v curl >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "run.sh: installing curl ..."
    { apt-get update -qq && apt-get install -y -qq curl; } >/dev/null 2>&1 || fail "curl could not be installed; install it and try again"
  else
    fail "the tests need curl; install it and try again"
  fi
}

# Builds one project or the solution; the compiler's output is shown only when it fails.
build() {
  local log
  log=$(mktemp)
  if ! dotnet build "$here/$1" -c Release -v quiet --nologo >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "the build failed; its output stands above"
  fi
  rm -f "$log"
}

serve() {
  need_sdk
  [ -f "$here/src/StreamActors.Server/bin/Release/net$sdk_major.0/StreamActors.Server.dll" ] || echo "Building (the first time takes about half a minute) ..."
  build src/StreamActors.Server/StreamActors.Server.csproj
  cd "$here"
  exec dotnet "$here/src/StreamActors.Server/bin/Release/net$sdk_major.0/StreamActors.Server.dll" "$@"
}

soak() {
  need_sdk
  [ -f "$here/tests/StreamActors.Soak/bin/Release/net$sdk_major.0/StreamActors.Soak.dll" ] || echo "Building ..."
  build tests/StreamActors.Soak/StreamActors.Soak.csproj
  cd "$here"
  exec dotnet "$here/tests/StreamActors.Soak/bin/Release/net$sdk_major.0/StreamActors.Soak.dll" soak "$@"
}

# Every test assembly, then the acceptance; ends with one line of totals.
run_tests() {
  need_sdk
  need_curl
  local passed=0 failed=0 log project counts script words
  if [ "${1:-}" != seed ]; then
    echo "Building ..."
    build StreamActors.sln
    for project in "$here"/tests/*.Tests; do
      echo "== $(basename "$project")"
      log=$(mktemp)
      dotnet test "$project" -c Release --no-build --nologo --blame-hang-timeout 3m --results-directory "$here/artifacts/tests" 2>&1 | tee "$log" | grep -vE '^(Test run for|VSTest|A total of|Starting test)' || true
      counts=$(grep -E '^(Passed|Failed)! +-' "$log" | tail -n 1 || true)
      if [ -z "$counts" ]; then
        failed=$((failed + 1))
      else
        failed=$((failed + $(sed -E 's/.*Failed: +([0-9]+).*/\1/' <<<"$counts")))
        passed=$((passed + $(sed -E 's/.*Passed: +([0-9]+).*/\1/' <<<"$counts")))
      fi
      rm -f "$log"
    done
  fi
  local scripts=(seed-plan.sh "seed-plan.sh ollama" readme.sh command-line.sh)
  [ "${1:-}" = seed ] && scripts=(seed-plan.sh "seed-plan.sh ollama")
  for script in "${scripts[@]}"; do
    echo "== acceptance/$script"
    # A script's name may be followed by its argument.
    read -r -a words <<<"$script"
    if "$here/tests/acceptance/${words[0]}" "${words[@]:1}"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  done
  echo
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}

case "${1:-}" in
  test) shift; run_tests "$@" ;;
  soak) shift; soak "$@" ;;
  help | -h | --help) help ;;
  "" | --* | key) serve "$@" ;;
  *) echo "run.sh: there is no '$1'" >&2; help >&2; exit 2 ;;
esac
