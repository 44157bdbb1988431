#!/usr/bin/env bash
# Where a server's CPU goes under a load: the functions, by their own time.
#
#   benches/transport/profile.sh PEER [--methods M] [--connections C] [--streams S] ...
#
# PEER is scaffold, tonic, connect, h2, hyper, pajamax or floor; what follows goes
# to the load generator (wire/src/args.rs lists it); 10 connections of 100 calls
# in flight by default. perf looks 997 times a second for LOAD_SECONDS (10). With
# CALLGRIND=1, or where there is no perf, callgrind counts instructions instead,
# the kernel's not among them.
set -euo pipefail
cd "$(dirname "$0")/../.."
. benches/lib.sh

peer=${1:?which peer}
shift
seconds=${LOAD_SECONDS:-10}
load=("$@")
[ ${#load[@]} -gt 0 ] || load=(--connections 10 --streams 100)
method=SayHello
for ((i = 0; i + 1 < ${#load[@]}; i++)); do
  [ "${load[i]}" = --methods ] && method=${load[i + 1]}
done

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target/benches}
# The same build that run.sh measures: it keeps its symbols.
cargo build -q --release --manifest-path benches/transport/Cargo.toml --workspace
bin=$CARGO_TARGET_DIR/release

callgrind=${CALLGRIND:-}
command -v perf >/dev/null || callgrind=1
server=("$bin/peer-$peer")
[ -z "$callgrind" ] || server=(valgrind --quiet --tool=callgrind --callgrind-out-file="$work/callgrind" "${server[@]}")

mkfifo "$work/in" "$work/go"
BENCH_METHOD=$method taskset -c 0 "${server[@]}" <"$work/in" >"$work/port" 2>"$work/errors" &
pid=$!
exec 3>"$work/in"
until grep -q '^port ' "$work/port"; do
  kill -0 $pid 2>/dev/null || { cat "$work/errors" >&2; exit 1; }
  sleep 0.1
done
port=$(sed -n 's/^port //p' "$work/port")
sleep 0.2
taskset -c 1 "$bin/wire" --address "127.0.0.1:$port" --warm 1 --seconds "$seconds" "${load[@]}" <"$work/go" >"$work/said" &
wire=$!
exec 4>"$work/go"
until grep -q '^warm' "$work/said"; do
  kill -0 $wire 2>/dev/null || exit 1
  sleep 0.1
done
echo go >&4
if [ -z "$callgrind" ]; then
  perf record -q -e cpu-clock -F 997 -p $pid -o "$work/perf" -- sleep "$seconds" >/dev/null 2>&1 || true
fi
until grep -q calls "$work/said"; do
  kill -0 $wire 2>/dev/null || exit 1
  sleep 0.1
done
grep calls "$work/said"
exec 4>&- 3>&-
wait $wire $pid || true

if [ -n "$callgrind" ]; then
  callgrind_annotate "$work/callgrind" | sed -n '/Ir/,$p' | cut -c1-160 | head -60
  exit
fi
echo "by room:"
perf report -i "$work/perf" --stdio --no-children -g none --sort dso --percent-limit 1 2>/dev/null | grep -E '^ +[0-9]'
echo "by function:"
perf report -i "$work/perf" --stdio --no-children -g none --sort symbol --percent-limit 0.7 2>/dev/null | grep -E '^ +[0-9]' | cut -c1-140
