#!/usr/bin/env bash
# CPU seconds and peak memory to generate all of google/cloud (2,322 files), and
# one small file, beside protoc-gen-prost and protoc-gen-tonic, in one run.
#
#   benches/generate.sh [CORPUS_FOLDER_OR_ARCHIVE]
#
# Needs protoc (PROTOC names another), tar, GNU time; installs the peers with
# cargo into target/peers.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/lib.sh

corpus=$(corpus_folder "${1:-}")
protoc=${PROTOC:-protoc}
install_peer protoc-gen-prost 0.5.0
install_peer protoc-gen-tonic 0.5.0
cargo build -q --release -p protoc-gen-scaffold
cargo build -q --release -p scaffold-tests --bin generate
plugin=$PWD/target/release/protoc-gen-scaffold
library=$PWD/target/release/generate
parts=messages+server+client+loadtest+descriptors

files=$work/files
(cd "$corpus" && find google/cloud -name '*.proto' | sort) >"$files"
echo "google/cloud: $(wc -l <"$files") files, $(cd "$corpus" && xargs cat <"$files" | wc -l) lines"
printf '%-52s %8s %8s\n' "" "CPU s" "MiB"
row() { # label, command...
  local label=$1
  shift
  rm -rf "$work/out" && mkdir "$work/out"
  measure "$@"
  printf '%-52s %8s %8s\n' "$label" "$cpu" "$mib"
}
cd "$corpus"
row "protoc alone" "$protoc" -I. --descriptor_set_out=/dev/null "@$files"
row "protoc, protoc-gen-prost" "$protoc" -I. --plugin="$peers/protoc-gen-prost" --prost_out="$work/out" "@$files"
row "protoc, protoc-gen-prost, protoc-gen-tonic" "$protoc" -I. --plugin="$peers/protoc-gen-prost" --prost_out="$work/out" \
  --plugin="$peers/protoc-gen-tonic" --tonic_out="$work/out" "@$files"
row "protoc, protoc-gen-scaffold (all parts)" "$protoc" -I. --plugin="$plugin" --scaffold_out="$work/out" \
  --scaffold_opt="parts=$parts" "@$files"
row "scaffold without protoc (all parts)" "$library" --parts "$parts" --out "$work/out" -I "$corpus" "@$files"

cat >"$work/small.proto" <<'P'
syntax = "proto3";
package hello.v1;
service Greeter { rpc SayHello(HelloRequest) returns (HelloReply); }
message HelloRequest { string name = 1; }
message HelloReply { string message = 1; }
P
cd "$work"
"$protoc" -I. --plugin=protoc-gen-dump="$root/benches/dump-request.sh" --dump_out="$work" small.proto
echo "one small file, the plugin alone, 100 runs:"
best=$(for _ in $(seq 100); do
  s=$(date +%s%N)
  "$plugin" <"$work/request.bin" >/dev/null
  echo $((($(date +%s%N) - s) / 1000))
done | sort -n | awk '{a[NR]=$1} END {printf "median %.1f ms, p90 %.1f ms\n", a[int(NR/2)]/1000, a[int(NR*.9)]/1000}')
echo "  $best"
