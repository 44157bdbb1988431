#!/usr/bin/env bash
# gRPC servers side by side: CPU per call, allocations, latency, memory, streams,
# clients. docs/benchmarks.md says what is counted.
#
#   benches/transport/run.sh [--quick] [--readme] [--rounds N] [--seconds S]
#                            [--peers a,b] [--scenarios prefix,prefix]
#
# The full run takes about half an hour, --quick two or three minutes; building
# the peers for the first time comes on top. --readme puts the tables and the
# chart into README.md. Needs two cores to itself, h2load (Debian:
# nghttp2-client), taskset; the Go peer is left out where there is no Go.
set -euo pipefail
cd "$(dirname "$0")/../.."
. benches/lib.sh

readme=false
options=()
for option; do
  case $option in
  --readme) readme=true ;;
  *) options+=("$option") ;;
  esac
done
for program in h2load taskset; do
  command -v $program >/dev/null || {
    echo "$program is missing: apt-get install nghttp2-client util-linux" >&2
    exit 1
  }
done

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target/benches}
out=$CARGO_TARGET_DIR/transport
mkdir -p "$out"
cargo build -q --release --manifest-path benches/transport/Cargo.toml --workspace
bin=$CARGO_TARGET_DIR/release
rm -f "$bin/grpc-go"
if command -v go >/dev/null; then
  (cd benches/transport/peers/grpc-go && CGO_ENABLED=0 go build -o "$bin/grpc-go" .)
else
  echo "no Go: grpc-go is left out" >&2
fi

# 10,000 connections.
ulimit -n "$(ulimit -Hn)"
status=0
"$bin/bench" run --bin "$bin" --out "$out/results.json" "${options[@]}" || status=$?
"$bin/bench" report "$out/results.json" "$out"
echo "in $out: results.json, transport.md, transport.svg"

if $readme; then
  [ $status = 0 ] || {
    echo "README.md is left as it is: not all was measured" >&2
    exit $status
  }
  cp "$out/transport.svg" docs/transport.svg
  {
    echo '![Server CPU per unary call](docs/transport.svg)'
    echo
    cat "$out/transport.md"
  } >"$work/section"
  grep -q '^<!-- bench:transport -->$' README.md && grep -q '^<!-- /bench:transport -->$' README.md || {
    echo "README.md has lost its markers" >&2
    exit 1
  }
  awk -v section="$work/section" '
    $0 == "<!-- /bench:transport -->" {inside = 0}
    !inside {print}
    $0 == "<!-- bench:transport -->" {inside = 1; print ""; while ((getline line < section) > 0) print line; print ""}
  ' README.md >"$work/README.md"
  cp "$work/README.md" README.md
fi
exit $status
