"""The client of gRPC's interop suite on grpcio.

usage: interop_client.py ADDRESS [CA_FILE SERVER_NAME]; with a CA, over TLS.
Every function of CASES is one case; the last line counts them. `orca_per_rpc` is
not among them: the C core takes the trailer for itself; nor are three of those with
compression: grpcio compresses whole calls, and tells nobody what came compressed.
"""

import sys
import threading
import time

import grpc

from interop_pb import Stub, message

Empty = message("grpc.testing.Empty")
SimpleRequest = message("grpc.testing.SimpleRequest")
InputRequest = message("grpc.testing.StreamingInputCallRequest")
OutputRequest = message("grpc.testing.StreamingOutputCallRequest")
LoadReport = message("xds.data.orca.v3.OrcaLoadReport")
LoadRequest = message("xds.service.orca.v3.OrcaLoadReportRequest")

REQUESTS = (27182, 8, 1828, 45904)
RESPONSES = (31415, 9, 2653, 58979)
INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")
LONG = 30


class Target:
    def __init__(self, address, ca=None, name=None):
        self.address, self.ca, self.name = address, ca, name
        self.channel = self.another_channel()
        self.test = Stub(self.channel, "grpc.testing.TestService")

    def another_channel(self):
        if self.ca is None:
            return grpc.insecure_channel(self.address)
        with open(self.ca, "rb") as file:
            credentials = grpc.ssl_channel_credentials(file.read())
        options = [("grpc.ssl_target_name_override", self.name)]
        return grpc.secure_channel(self.address, credentials, options)


class Requests:
    """A request stream that is fed as the case goes."""

    def __init__(self):
        self.ready = threading.Condition()
        self.queue, self.closed = [], False

    def send(self, request):
        with self.ready:
            self.queue.append(request)
            self.ready.notify()

    def close(self):
        with self.ready:
            self.closed = True
            self.ready.notify()

    def __iter__(self):
        return self

    def __next__(self):
        with self.ready:
            self.ready.wait_for(lambda: self.queue or self.closed)
            if self.queue:
                return self.queue.pop(0)
            raise StopIteration


def unary(size, response_size):
    request = SimpleRequest(response_size=response_size)
    request.payload.body = bytes(size)
    return request


def output(size, *responses):
    request = OutputRequest()
    request.payload.body = bytes(size)
    for response in responses:
        request.response_parameters.add(size=response)
    return request


def same(found, wanted):
    assert found == wanted, f"{found!r}, not {wanted!r}"


def zeros(response, size):
    same(len(response.payload.body), size)
    assert response.payload.body == bytes(size), "there are others among the zeros"


def ends(call):
    for _ in call:
        raise AssertionError("a message came behind the last")


def fails(code, call):
    try:
        call()
    except grpc.RpcError as error:
        same(error.code(), code)
        return error
    raise AssertionError(f"the call went well, in place of {code}")


def empty_unary(target):
    same(target.test.EmptyCall(Empty(), timeout=LONG), Empty())


def large_unary(target):
    zeros(target.test.UnaryCall(unary(271828, 314159), timeout=LONG), 314159)


def client_streaming(target):
    def requests():
        for size in REQUESTS:
            request = InputRequest()
            request.payload.body = bytes(size)
            yield request

    answer = target.test.StreamingInputCall(requests(), timeout=LONG)
    same(answer.aggregated_payload_size, sum(REQUESTS))


def server_streaming(target):
    call = target.test.StreamingOutputCall(output(0, *RESPONSES), timeout=LONG)
    for size in RESPONSES:
        zeros(next(call), size)
    ends(call)


def ping_pong(target):
    requests = Requests()
    call = target.test.FullDuplexCall(requests, timeout=LONG)
    for size, response in zip(REQUESTS, RESPONSES):
        requests.send(output(size, response))
        zeros(next(call), response)
    requests.close()
    ends(call)


def empty_stream(target):
    ends(target.test.FullDuplexCall(iter(()), timeout=LONG))


def timeout_on_sleeping_server(target):
    requests = Requests()
    call = target.test.FullDuplexCall(requests, timeout=0.001)
    requests.send(output(27182))
    fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(call))
    requests.close()


def cancel_after_begin(target):
    requests = Requests()
    call = target.test.StreamingInputCall.future(requests)
    call.cancel()
    requests.close()
    same((call.cancelled(), call.code()), (True, grpc.StatusCode.CANCELLED))


def cancel_after_first_response(target):
    requests = Requests()
    call = target.test.FullDuplexCall(requests)
    requests.send(output(27182, 31415))
    zeros(next(call), 31415)
    call.cancel()
    requests.close()
    fails(grpc.StatusCode.CANCELLED, lambda: next(call))


def with_status(request, text):
    request.response_status.code = grpc.StatusCode.UNKNOWN.value[0]
    request.response_status.message = text
    return request


def status_code_and_message(target):
    text, unknown = "test status message", grpc.StatusCode.UNKNOWN
    request = with_status(SimpleRequest(), text)
    same(fails(unknown, lambda: target.test.UnaryCall(request)).details(), text)
    call = target.test.FullDuplexCall(iter([with_status(OutputRequest(), text)]))
    same(fails(unknown, lambda: next(call)).details(), text)


def special_status_message(target):
    text = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    request = with_status(SimpleRequest(), text)
    error = fails(grpc.StatusCode.UNKNOWN, lambda: target.test.UnaryCall(request))
    same(error.details(), text)


def came_back(call):
    same([pair for pair in call.initial_metadata() if pair[0] == INITIAL[0]], [INITIAL])
    trailing = [pair for pair in call.trailing_metadata() if pair[0] == TRAILING[0]]
    same(trailing, [TRAILING])


def custom_metadata(target):
    metadata = (INITIAL, TRAILING)
    call = target.test.UnaryCall
    answer, call = call.with_call(unary(271828, 314159), metadata=metadata, timeout=LONG)
    zeros(answer, 314159)
    came_back(call)
    requests = iter([output(271828, 314159)])
    call = target.test.FullDuplexCall(requests, metadata=metadata, timeout=LONG)
    zeros(next(call), 314159)
    ends(call)
    came_back(call)


def unimplemented_method(target):
    call = target.test.UnimplementedCall
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: call(Empty(), timeout=LONG))


def unimplemented_service(target):
    call = Stub(target.channel, "grpc.testing.UnimplementedService").UnimplementedCall
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: call(Empty(), timeout=LONG))


def orca_oob(target):
    requests = Requests()
    call = target.test.FullDuplexCall(requests, timeout=LONG)
    watch = LoadRequest()
    watch.report_interval.seconds = 1
    service = Stub(target.channel, "xds.service.orca.v3.OpenRcaService")
    reports = service.StreamCoreMetrics(watch, timeout=LONG)
    for cpu, memory, util in ((0.8210, 0.5847, 0.30499), (0.29309, 0.2, 0.2039)):
        request = output(0, 1)
        report = request.orca_oob_report
        report.cpu_utilization, report.memory_utilization = cpu, memory
        report.utilization["util"] = util
        requests.send(request)
        zeros(next(call), 1)
        wanted = LoadReport(cpu_utilization=cpu, mem_utilization=memory)
        wanted.utilization["util"] = util
        while next(reports) != wanted:
            pass
    reports.cancel()
    requests.close()
    ends(call)


def client_compressed_unary(target):
    def call(says, **compression):
        request = unary(271828, 314159)
        request.expect_compressed.value = says
        return target.test.UnaryCall(request, timeout=LONG, **compression)

    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: call(True))
    zeros(call(True, compression=grpc.Compression.Gzip), 314159)
    zeros(call(False), 314159)


def soak(channel_of):
    ends_at = time.monotonic() + 20
    for _ in range(10):
        channel = channel_of()
        test = Stub(channel, "grpc.testing.TestService")
        left = ends_at - time.monotonic()
        zeros(test.UnaryCall(unary(271828, 314159), timeout=left), 314159)
        yield channel


def rpc_soak(target):
    for _ in soak(lambda: target.channel):
        pass


def channel_soak(target):
    for channel in soak(target.another_channel):
        channel.close()


CASES = (
    empty_unary,
    large_unary,
    client_streaming,
    server_streaming,
    ping_pong,
    empty_stream,
    timeout_on_sleeping_server,
    cancel_after_begin,
    cancel_after_first_response,
    status_code_and_message,
    special_status_message,
    custom_metadata,
    unimplemented_method,
    unimplemented_service,
    orca_oob,
    rpc_soak,
    channel_soak,
    client_compressed_unary,
)


def main():
    target = Target(*sys.argv[1:])
    passed = 0
    for case in CASES:
        try:
            case(target)
            passed += 1
            print(f"ok   {case.__name__}")
        except Exception as error:  # every case reports, then the run fails
            print(f"FAIL {case.__name__}: {type(error).__name__}: {error}")
    print(f"{passed} of {len(CASES)} cases passed")
    sys.exit(passed < len(CASES))


main()
