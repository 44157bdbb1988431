#!/usr/bin/env bash
# Runs the fuzz targets with libFuzzer, guided by coverage, for SECONDS each:
# `run.sh [SECONDS] [TARGET...]`. The stable compiler does: the flags are those of
# cargo-fuzz without a sanitizer, since the crate has no `unsafe`.
#
# Inputs that reach something new stay in target/fuzz/corpus, and the next run
# begins with them and with the .hex files here. One that fails is kept, and the
# script ends with how to run it again.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(both_roles against_h2)
here=$PWD
root=$(cd ../.. && pwd)
# A folder of its own: with other flags, nothing of the workspace's would fit.
export CARGO_TARGET_DIR=${SCAFFOLD_FUZZ_TARGET:-$root/target/fuzz}
host=$(rustc -vV | sed -n 's/^host: //p')
coverage=(-sanitizer-coverage-level=4 -sanitizer-coverage-inline-8bit-counters
  -sanitizer-coverage-pc-table -sanitizer-coverage-trace-compares)
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module ${coverage[*]/#/-Cllvm-args=}"
# With a target named, the flags are not for build scripts and macros.
cargo build -q --locked --release --target "$host" "${targets[@]/#/--bin=}"

for target in "${targets[@]}"; do
  corpus=$CARGO_TARGET_DIR/corpus/$target
  failures=$CARGO_TARGET_DIR/failures/$target
  mkdir -p "$corpus" "$failures"
  number=0
  while read -r line; do
    number=$((number + 1))
    [ -e "$corpus/seed-$number" ] || printf "${line//??/\\x&}" >"$corpus/seed-$number"
  done <"$here/$target.hex"
  log=$CARGO_TARGET_DIR/$target.log
  if ! "$CARGO_TARGET_DIR/$host/release/$target" "$corpus" -max_total_time="$seconds" \
    -max_len=1500 -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$failures/" >"$log" 2>&1; then
    tail -n 60 "$log"
    input=$(find "$failures" -type f -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)
    echo
    echo "$target fails with the input $input. Again, without the search:"
    echo "  $CARGO_TARGET_DIR/$host/release/$target $input"
    echo "Once mended, it belongs to scaffold-http2/fuzz/$target.hex, which every test run replays:"
    echo "  $(od -An -v -tx1 "$input" | tr -d ' \n')"
    exit 1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  new=$(sed -n 's/^stat::new_units_added: *//p' "$log")
  echo "$target: $runs inputs in $seconds s, $new of them reached something new, none failed"
  # A search that never gets going must not pass for one that finds nothing.
  [ "${runs:-0}" -gt "$number" ]
done
