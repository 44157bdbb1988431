#!/bin/sh
# Writes pb/ anew, which is checked in so that the peer needs no protoc.
set -eu
cd "$(dirname "$0")"
GOBIN=$(mktemp -d)
export GOBIN
trap 'rm -rf "$GOBIN"' EXIT
go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
mkdir -p pb
map=Mbench/v1/bench.proto=bench/pb
PATH=$GOBIN:$PATH protoc -I ../../proto --go_out=. --go_opt=module=bench,$map \
  --go-grpc_out=. --go-grpc_opt=module=bench,$map bench/v1/bench.proto
