"""The probe service on grpcio; prints its address, stops after two minutes."""

import sys
import threading
import time
from concurrent import futures

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

from probe_pb import probe_pb2, probe_pb2_grpc


def codes():
    return {code.value[0]: code for code in grpc.StatusCode}


class Probe(probe_pb2_grpc.ProbeServicer):
    def __init__(self):
        self.lock = threading.Lock()
        self.started = 0
        self.cancelled = 0

    def _start(self, context):
        with self.lock:
            self.started += 1
        done = threading.Event()

        def ended():
            if not done.is_set():
                with self.lock:
                    self.cancelled += 1

        context.add_callback(ended)
        asked = dict(context.invocation_metadata())
        if "x-ask" in asked:
            context.send_initial_metadata([("x-answer", asked["x-ask"])])
        if "x-ask-bin" in asked:
            context.set_trailing_metadata([("x-answer-bin", asked["x-ask-bin"])])
        return done

    @staticmethod
    def _answer(ask, index, context):
        left = context.time_remaining()
        return probe_pb2.Answer(
            text=ask.text,
            payload=bytes(ask.answer_size) if ask.answer_size else ask.payload,
            index=index,
            deadline_ms=int(left * 1000) if left is not None and left < 10**9 else 0,
        )

    @staticmethod
    def _fail(fail, context):
        if fail.reason:
            detail = any_pb2.Any()
            detail.Pack(
                error_details_pb2.ErrorInfo(reason=fail.reason, domain="probe.scaffold")
            )
            status = status_pb2.Status(
                code=fail.code, message=fail.message, details=[detail]
            )
            context.abort_with_status(rpc_status.to_status(status))
        context.abort(codes()[fail.code], fail.message)

    def Unary(self, request, context):
        done = self._start(context)
        ends = time.monotonic() + request.sleep_ms / 1000
        while time.monotonic() < ends and context.is_active():
            time.sleep(min(0.05, max(0, ends - time.monotonic())))
        if context.is_active():
            done.set()
        if request.HasField("fail"):
            self._fail(request.fail, context)
        return self._answer(request, 0, context)

    def ServerStream(self, request, context):
        done = self._start(context)
        for index in range(request.count):
            time.sleep(request.sleep_ms / 1000)
            if not context.is_active():
                return
            yield self._answer(request, index, context)
        done.set()
        if request.HasField("fail"):
            self._fail(request.fail, context)

    def ClientStream(self, requests, context):
        done = self._start(context)
        texts, size = [], 0
        for ask in requests:
            texts.append(ask.text)
            size += len(ask.payload)
            time.sleep(ask.sleep_ms / 1000)
            if ask.HasField("fail"):
                done.set()
                self._fail(ask.fail, context)
        done.set()
        total = probe_pb2.Ask(text=",".join(texts), payload=str(size).encode())
        return self._answer(total, len(texts), context)

    def Bidi(self, requests, context):
        done = self._start(context)
        for index, ask in enumerate(requests):
            time.sleep(ask.sleep_ms / 1000)
            if ask.HasField("fail"):
                done.set()
                self._fail(ask.fail, context)
            yield self._answer(ask, index, context)
        # grpcio may tell of a reset as of the end of the requests, and only then
        # that the call is cancelled.
        time.sleep(0.3)
        if context.is_active():
            done.set()

    def Seen(self, request, context):
        with self.lock:
            return probe_pb2.SeenResponse(
                started=self.started, cancelled=self.cancelled
            )


def main():
    compression = (
        grpc.Compression.Gzip if "--gzip" in sys.argv else grpc.Compression.NoCompression
    )
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16),
        compression=compression,
        options=[
            ("grpc.max_receive_message_length", 16 << 20),
            ("grpc.max_send_message_length", 16 << 20),
        ],
    )
    probe_pb2_grpc.add_ProbeServicer_to_server(Probe(), server)
    names = (probe_pb2.DESCRIPTOR.services_by_name["Probe"].full_name, reflection.SERVICE_NAME)
    reflection.enable_server_reflection(names, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"127.0.0.1:{port}", flush=True)
    server.wait_for_termination(timeout=120)


main()
