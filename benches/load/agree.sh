#!/usr/bin/env bash
# Our generator, ghz and h2load against a server that takes 20 ms for each call, at
# 200 calls/s: they must agree on how many calls there were, and how long they took.
# Ends with 1 if they do not.
#
#   benches/load/agree.sh [SECONDS]
#
# Counts may differ by 2 %, the median by 5 %, p90 by 10 %: all of them come from the
# same timer of the same server. A machine with something else to do gets three tries.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-10}
. benches/load/lib.sh
command -v h2load >/dev/null || { echo "h2load is missing (Debian: nghttp2-client)" >&2; exit 2; }
[ -x "$tools/ghz" ] || { echo "ghz is missing, and so is Go to build it" >&2; exit 2; }

printf '\0\0\0\0\021\012\017fifteen letters' >"$work/body"
# Prints calls, p50 and p90 in µs of a list of µs.
quantiles() { sort -n | awk '{v[NR] = $1} END {print NR, v[int(NR * .5)], v[int(NR * .9)]}'; }

try() {
  serve DELAY_MS=20
  "$bin/bench-load" --target 127.0.0.1:50950 --rate 200 --arrival uniform --duration "${seconds}s" --warmup 1s \
    --connections 4 --workers 1 --out "$work/out" >"$work/ours" 2>/dev/null </dev/null || true
  python3 - "$work/out/report.json" >"$work/ours.row" <<'PYTHON'
import json, sys
all = json.load(open(sys.argv[1]))["summary"][0]["response"]
at = {quantile: value / 1000 for quantile, value in all["quantiles"]}
print(all["count"], at[0.5], at[0.9])
PYTHON

  serve DELAY_MS=20
  "$tools/ghz" --insecure --proto benches/load/proto/hello.proto --call bench.v1.Hello/Say -d '{"text":"fifteen letters"}' \
    -c 50 --connections 4 --rps 200 -z "${seconds}s" --duration-stop wait -O csv 127.0.0.1:50950 </dev/null |
    awk -F, 'NR > 1 {print $1 * 1000}' | quantiles >"$work/ghz.row"

  serve DELAY_MS=20
  h2load -t 1 -c 4 -m 100 --rps 50 -D "$seconds" -d "$work/body" --log-file="$work/log" -H 'content-type: application/grpc' \
    -H 'te: trailers' http://127.0.0.1:50950/bench.v1.Hello/Say </dev/null >/dev/null
  cut -f3 "$work/log" | quantiles >"$work/h2load.row"

  echo '| 20 ms a call, 200 calls/s | calls | p50, ms | p90, ms |'
  echo '|---|---|---|---|'
  for name in ours ghz h2load; do
    awk -v name="${name/ours/scaffold-load}" '{printf "| %s | %d | %.2f | %.2f |\n", name, $1, $2 / 1000, $3 / 1000}' "$work/$name.row"
  done
  awk '
    function far(what, mine, theirs, most) {
      if (mine > theirs * (1 + most) || mine < theirs * (1 - most)) {
        printf "%s: %s beside %s of %s, more than %d %% away\n", what, mine, theirs, FILENAME, most * 100
        bad = 1
      }
    }
    NR == 1 {calls = $1; p50 = $2; p90 = $3; next}
    {far("calls", calls, $1, 0.02); far("p50", p50, $2, 0.05); far("p90", p90, $3, 0.1)}
    END {exit bad}' "$work/ours.row" "$work/ghz.row" "$work/h2load.row"
}

for round in 1 2 3; do
  try && exit 0
done
exit 1
