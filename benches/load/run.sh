#!/usr/bin/env bash
# Load generators side by side against the same server: CPU per call, pacing,
# and what each shows of a stall.
#
#   benches/load/run.sh [SECONDS]
#
# Needs h2load (Debian: nghttp2-client) and Go for ghz, which it installs below
# target/; what is missing is left out. Figures are of use only on a machine that
# does nothing else.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-5}
. benches/load/lib.sh

timed() { # name, command...: sets cpu, and keeps the output
  local name=$1
  shift
  /usr/bin/time -f '%U %S' -o "$work/time" taskset -c 1 "$@" >"$work/$name" 2>&1 </dev/null || true
  cpu=$(awk '{print $1 + $2}' "$work/time" | tail -n 1)
}

row() { # name, calls
  awk -v n="$1" -v c="$2" -v s="$cpu" 'BEGIN {printf "| %s | %d | %.2f | %.2f |\n", n, c, s, s * 1e6 / c}'
}

printf '\0\0\0\0\021\012\017fifteen letters' >"$work/body"
echo '| closed loop, 10 connections of 10 streams | calls | CPU s | µs a call |'
echo '|---|---|---|---|'
serve
timed ours "$bin/bench-load" --target 127.0.0.1:50950 --closed -c 100 --connections 10 --workers 1 \
  --duration "${seconds}s" --warmup 0s --payloads 1 --verify 0% --out "$work/out"
row scaffold-load "$(grep -o 'achieved .*' "$work/ours" | grep -o '([0-9]*' | tr -d '(')"
if command -v h2load >/dev/null; then
  timed h2load h2load -t 1 -c 10 -m 10 -D "$seconds" -d "$work/body" -H 'content-type: application/grpc' \
    -H 'te: trailers' http://127.0.0.1:50950/bench.v1.Hello/Say
  row h2load "$(grep -o '[0-9]* succeeded' "$work/h2load" | cut -d' ' -f1)"
fi
if [ -x "$tools/ghz" ]; then
  timed ghz "$tools/ghz" --insecure --proto benches/load/proto/hello.proto --call bench.v1.Hello/Say \
    -d '{"text":"fifteen letters"}' -c 100 --connections 10 -z "${seconds}s" --cpus 1 127.0.0.1:50950
  row ghz "$(grep -o 'Count:.*' "$work/ghz" | grep -o '[0-9]*')"
fi

# Of five rounds the best and the median: what else runs on the host comes and goes.
spread() { sort -n "$1" | awk '{v[NR] = $1} END {printf "%.0f / %.0f", v[1], v[int((NR + 1) / 2)]}'; }
echo
echo "Late by the 99th percentile, in µs, best / median of five rounds"
echo
echo '| calls/s | pacing error | lag | pacing error, --spin 10ms | the machine: asleep | awake |'
echo '|---|---|---|---|---|---|'
for rate in 100 1000 10000 20000 50000 100000 200000; do
  rm -f "$work"/late.*
  for round in 1 2 3 4 5; do
    serve
    for spin in auto 10ms; do
      # Not bound to a core: the pacer has one of its own.
      "$bin/bench-load" --target 127.0.0.1:50950 --rate "$rate" --duration 2s --warmup 500ms --workers 1 --connections 4 \
        --spin "$spin" --out "$work/out" >/dev/null 2>&1 </dev/null || true
      python3 - "$work/out/report.json" "$work/late.$spin" <<'PYTHON'
import json, sys
late = json.load(open(sys.argv[1]))["lateness"]
for kind in ["pacing", "lag"]:
    open(f"{sys.argv[2]}.{kind}", "a").write(f"{dict(late[kind]['quantiles'])[0.99] / 1000}\n")
PYTHON
    done
    "$bin/bench-load-floor" >"$work/floor"
    cut -d' ' -f1 "$work/floor" >>"$work/late.asleep"
    cut -d' ' -f2 "$work/floor" >>"$work/late.awake"
  done
  echo "| $rate | $(spread "$work/late.auto.pacing") | $(spread "$work/late.auto.lag") | $(spread "$work/late.10ms.pacing") | $(spread "$work/late.asleep") | $(spread "$work/late.awake") |"
done

echo
echo "A server that sleeps for two seconds, 2,000 calls/s for ten: p50, p99 and the longest call"
serve STALL_AT=10000 STALL_MS=2000
"$bin/bench-load" --target 127.0.0.1:50950 --rate 2000 --duration 10s --warmup 0s --arrival uniform --workers 1 --max-in-flight 20000 \
  --no-report 2>/dev/null </dev/null | grep -A1 'p99.9' || true
if [ -x "$tools/ghz" ]; then
  serve STALL_AT=10000 STALL_MS=2000
  echo "ghz --rps 2000 -c 50:"
  "$tools/ghz" --insecure --proto benches/load/proto/hello.proto --call bench.v1.Hello/Say -d '{"text":"fifteen letters"}' \
    -c 50 --connections 4 --rps 2000 -z 10s 127.0.0.1:50950 </dev/null | grep -E '50 %|99 %|Slowest'
fi
if command -v h2load >/dev/null; then
  serve STALL_AT=10000 STALL_MS=2000
  echo "h2load --rps 500 on each of 4 connections (with the log's times in µs):"
  h2load -t 1 -c 4 -m 100 --rps 500 -D 10 -d "$work/body" --log-file="$work/log" -H 'content-type: application/grpc' \
    -H 'te: trailers' http://127.0.0.1:50950/bench.v1.Hello/Say </dev/null >/dev/null
  cut -f3 "$work/log" | sort -n | awk '{v[NR] = $1} END {print "p50 " v[int(NR * .5)], "p99 " v[int(NR * .99)], "max " v[NR]}'
fi
