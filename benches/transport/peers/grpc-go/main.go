// grpc-go: as its guide has it; one worker is GOMAXPROCS=1.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"strconv"

	"google.golang.org/grpc"

	"bench/pb"
)

type handler struct {
	pb.UnimplementedBenchServer
}

var sink uint64

func work(rounds uint32) {
	state := uint64(1)
	for range rounds {
		state = state*6364136223846793005 + 1
	}
	if state == 0 {
		sink = state
	}
}

func (handler) SayHello(_ context.Context, request *pb.HelloRequest) (*pb.HelloReply, error) {
	work(request.Work)
	return &pb.HelloReply{Message: request.Name}, nil
}

func (handler) EchoOrder(_ context.Context, request *pb.Order) (*pb.Order, error) {
	return request, nil
}

func (handler) ExportLogs(_ context.Context, request *pb.LogBatch) (*pb.ExportResult, error) {
	return &pb.ExportResult{Accepted: uint32(len(request.Records))}, nil
}

func (handler) EchoLogs(_ context.Context, request *pb.LogBatch) (*pb.LogBatch, error) {
	return request, nil
}

func (handler) Download(request *pb.DownloadRequest, responses grpc.ServerStreamingServer[pb.Chunk]) error {
	payload := bytes.Repeat([]byte("x"), int(request.Size))
	for sequence := range request.Count {
		if err := responses.Send(&pb.Chunk{Sequence: sequence, Payload: payload}); err != nil {
			return err
		}
	}
	return nil
}

func (handler) Chat(stream grpc.BidiStreamingServer[pb.Chunk, pb.Chunk]) error {
	for {
		chunk, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(chunk); err != nil {
			return err
		}
	}
}

// control answers the harness; the process ends when stdin does.
func control() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if lines.Text() == "stats" {
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			fmt.Printf("allocations %d bytes %d\n", stats.Mallocs, stats.TotalAlloc)
		}
	}
	os.Exit(0)
}

func main() {
	workers := 1
	if text := os.Getenv("BENCH_WORKERS"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil {
			log.Fatal(err)
		}
		workers = number
	}
	runtime.GOMAXPROCS(workers)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterBenchServer(server, handler{})
	go control()
	fmt.Printf("port %d\n", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(server.Serve(listener))
}
