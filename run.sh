#!/usr/bin/env bash
# The one script to know. No argument: build what is needed and serve. './run.sh help' lists the rest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sdk_major=10
node_major=20

help() {
  cat <<'TEXT'
./run.sh [--Section:Key value ...]   build what is needed and serve on http://127.0.0.1:8000
./run.sh test [seed | clients]       run every test of the project; 'seed': only the acceptance of the seed's plan;
                                     'clients': only the official clients, which leaves their table in artifacts/tests/clients.md
./run.sh soak [minutes]              all traffic and all faults at once (default 3 minutes), everything checked; a summary in artifacts/
./run.sh conformance URL [--key K] [--model M] [--backend-port P] [--session-header NAME] [--within SECONDS] [--json]
                                     check this server, or any other that speaks OpenAI's API, for what is promised here: newest
                                     wins, nothing leaks, a cut answer never looks whole; ends with 0: all that is offered holds,
                                     1: something does not, 2: usage, 3: the server cannot be reached. With --backend-port it is
                                     also the server's model server, at http://127.0.0.1:P/v1, and sees what reaches the model
./run.sh bench [scenario ...] [--rounds N] [--gateways a,b] [--out FOLDER] [--quick]
                                     what the server costs beside nginx, HAProxy, YARP and hand-written gateways (45 minutes, on a
                                     machine that does nothing else); a report with pictures in tests/StreamActors.Benchmarks/reports/
./run.sh bench micro [--filter X]    the inner loops, by BenchmarkDotNet
./run.sh key NAME [--models a,b] [--streams N] [--per-minute N]
                                     make an API key, show it once, and the settings that let it in; stores nothing
./run.sh ops COMMAND [--url URL]     look and act: sessions, streams, backends, drain, stats, log-level; './run.sh ops' shows all
./run.sh top [--url URL]             the server at one glance, live; q quits
./run.sh --pbm [--Section:Key ...]   serve with Petabridge.Cmd on 127.0.0.1:9110, for the pbm client
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

# Installs Debian packages where a command is missing and this machine lets us.
need() { # need "what for" package:command ...
  local what=$1 packages=() item
  shift
  for item in "$@"; do
    command -v "${item#*:}" >/dev/null 2>&1 || packages+=("${item%%:*}")
  done
  [ "${#packages[@]}" = 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "run.sh: installing ${packages[*]} ..."
    { apt-get update -qq && apt-get install -y -qq "${packages[@]}"; } >/dev/null 2>&1 ||
      fail "${packages[*]} could not be installed; install what is missing and try again"
  else
    fail "$what need ${packages[*]}; install what is missing and try again"
  fi
}

# The official clients for Node, in the exact versions of the lock file; installed once.
need_clients() {
  local folder=$here/tests/StreamActors.Clients/node log
  need "the tests with official clients" nodejs:node npm:npm
  [ "$(node -p 'parseInt(process.versions.node)')" -ge "$node_major" ] ||
    fail "the official clients need Node $node_major or newer (here is $(node --version)); install it and try again"
  [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return
  echo "Installing the official clients ..."
  log=$(mktemp)
  if ! (cd "$folder" && npm ci --no-audit --no-fund >"$log" 2>&1); then
    cat "$log" >&2
    rm -f "$log"
    fail "the official clients could not be installed; npm's output stands above"
  fi
  rm -f "$log"
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

# The server with Petabridge.Cmd in it, built beside the plain one.
serve_with_pbm() {
  need_sdk
  local folder=$here/artifacts/pbm/bin/StreamActors.Server/Release/net$sdk_major.0 log
  log=$(mktemp)
  echo "Building with Petabridge.Cmd ..."
  if ! dotnet build "$here/src/StreamActors.Server/StreamActors.Server.csproj" -c Release -v quiet --nologo -p:PetabridgeCmd=true >"$log" 2>&1; then
    if grep -q 'NU110[0-9].*Petabridge' "$log"; then
      rm -f "$log"
      fail "this machine's NuGet sources have no Petabridge.Cmd packages: add a source that has them ('dotnet nuget add source') and try again, or start without --pbm and use './run.sh ops', which has the same commands"
    fi
    cat "$log" >&2
    rm -f "$log"
    fail "the build failed; its output stands above"
  fi
  rm -f "$log"
  cd "$here"
  exec dotnet "$folder/StreamActors.Server.dll" "$@"
}

# The operator's tool: built when it has changed, so that a command answers at once.
operate() {
  local tool=$here/src/StreamActors.Ops/bin/Release/net$sdk_major.0/StreamActors.Ops.dll
  need_sdk
  if [ ! -f "$tool" ] || [ -n "$(find "$here/src/StreamActors.Ops" "$here/Directory.Packages.props" -name obj -prune -o -name bin -prune -o -type f -newer "$tool" -print -quit)" ]; then
    build src/StreamActors.Ops/StreamActors.Ops.csproj
    touch "$tool"
  fi
  cd "$here"
  exec dotnet "$tool" "$@"
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

conformance() {
  need_sdk
  local project=tests/StreamActors.Conformance
  local program=$here/$project/bin/Release/net$sdk_major.0/StreamActors.Conformance.dll
  [ -f "$program" ] || echo "Building ..." >&2
  build "$project/StreamActors.Conformance.csproj"
  exec dotnet "$program" check "$@"
}

# Load and gateways side by side; stops what it started, also at Ctrl+C.
bench() {
  local program=$here/tests/StreamActors.Benchmarks/bin/Release/net$sdk_major.0/StreamActors.Benchmarks.dll
  need_sdk
  # Debian keeps servers where only root looks.
  PATH=$PATH:/usr/sbin
  [ "${1:-}" = micro ] || need "the benchmarks" nginx:nginx haproxy:haproxy util-linux:taskset procps:pgrep
  [ -f "$program" ] || echo "Building ..."
  build tests/StreamActors.Benchmarks/StreamActors.Benchmarks.csproj
  cd "$here"
  exec dotnet "$program" "$@"
}

# Every test assembly, then the acceptance; ends with one line of totals.
run_tests() {
  need_sdk
  # Debian keeps servers where only root looks.
  PATH=$PATH:/usr/sbin
  need "the tests" curl:curl prometheus:prometheus prometheus:promtool util-linux:unshare util-linux:setpriv systemd:systemd-analyze nginx:nginx
  local only=${1:-} passed=0 failed=0 code log project counts script words filter=()
  local projects=("$here"/tests/*.Tests) scripts=(seed-plan.sh "seed-plan.sh ollama" readme.sh command-line.sh conformance.sh bench.sh)
  case $only in
    seed) projects=() scripts=(seed-plan.sh "seed-plan.sh ollama") ;;
    clients) projects=("$here/tests/StreamActors.Server.Tests") scripts=() filter=(--filter "FullyQualifiedName~Server.Tests.Clients.") ;;
    "") ;;
    *) fail "there is no 'test $only'; see './run.sh help'" ;;
  esac
  if [ "${#projects[@]}" -gt 0 ]; then
    need_clients
    [ "$only" = clients ] || need "the tests of the page" chromium:chromium
    echo "Building ..."
    build StreamActors.sln
    for project in "${projects[@]}"; do
      echo "== $(basename "$project")"
      log=$(mktemp)
      code=0
      dotnet test "$project" -c Release --no-build --nologo "${filter[@]}" --blame-hang-timeout 3m --results-directory "$here/artifacts/tests" 2>&1 | tee "$log" | grep -vE '^(Test run for|VSTest|A total of|Starting test)' || code=${PIPESTATUS[0]}
      counts=$(grep -E '^(Passed|Failed)! +-' "$log" | tail -n 1 || true)
      if [ -z "$counts" ]; then
        failed=$((failed + 1))
      else
        failed=$((failed + $(sed -E 's/.*Failed: +([0-9]+).*/\1/' <<<"$counts")))
        passed=$((passed + $(sed -E 's/.*Passed: +([0-9]+).*/\1/' <<<"$counts")))
      fi
      # A run that was aborted says how many had passed by then, and nothing of the rest.
      if [ "$code" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
      rm -f "$log"
    done
  fi
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
  conformance) shift; conformance "$@" ;;
  bench) shift; bench "$@" ;;
  help | -h | --help) help ;;
  ops | top) operate "$@" ;;
  --pbm) shift; serve_with_pbm "$@" ;;
  "" | --* | key) serve "$@" ;;
  *) echo "run.sh: there is no '$1'" >&2; help >&2; exit 2 ;;
esac
