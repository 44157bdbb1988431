"""Drives a probe server with grpcio: usage: probe_client.py ADDRESS.

Every function named check_* is one check; the last line counts them.
"""

import sys
import threading
import time

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, empty_pb2, message_factory
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from grpc_status import rpc_status

from probe_pb import probe_pb2, probe_pb2_grpc

Ask = probe_pb2.Ask
METADATA = (("x-ask", "plain value"), ("x-ask-bin", bytes(range(256))))


def expect(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()} {error.details()!r}, not {code}"
        return error
    raise AssertionError(f"the call went well, in place of {code}")


def metadata_came_back(call):
    assert dict(call.initial_metadata())["x-answer"] == "plain value"
    assert dict(call.trailing_metadata())["x-answer-bin"] == bytes(range(256))


def check_unary(probe):
    answer, call = probe.Unary.with_call(
        Ask(text="grüße", payload=b"\0\xff"), metadata=METADATA, timeout=10
    )
    assert answer.text == "grüße" and answer.payload == b"\0\xff", answer
    # C-core rounds what it sends up, by less than 2 %.
    assert 5000 < answer.deadline_ms <= 10200, answer.deadline_ms
    metadata_came_back(call)


def check_no_deadline(probe):
    assert probe.Unary(Ask()).deadline_ms == 0


def check_server_stream(probe):
    call = probe.ServerStream(Ask(text="s", count=100), metadata=METADATA, timeout=10)
    assert [answer.index for answer in call] == list(range(100))
    metadata_came_back(call)


def check_empty_server_stream(probe):
    assert list(probe.ServerStream(Ask(count=0), timeout=10)) == []


def check_client_stream(probe):
    asks = [Ask(text=str(i), payload=b"x" * 1000) for i in range(50)]
    answer, call = probe.ClientStream.with_call(
        iter(asks), metadata=METADATA, timeout=10
    )
    assert answer.index == 50 and answer.payload == b"50000", answer
    assert answer.text == ",".join(str(i) for i in range(50))
    metadata_came_back(call)


def check_many_small_messages(probe):
    """A handler that is slow to read is no reason to cut the connection."""
    asks = [Ask(text="x", sleep_ms=300)] + [Ask(text="x")] * 20000
    assert probe.ClientStream(iter(asks), timeout=60).index == 20001


def check_empty_client_stream(probe):
    assert probe.ClientStream(iter([]), timeout=10).index == 0


def check_bidi_in_step(probe):
    """Each answer is awaited before the next request is sent."""
    turn = threading.Semaphore(1)

    def asks():
        for i in range(20):
            assert turn.acquire(timeout=10)
            yield Ask(text=str(i))

    call = probe.Bidi(asks(), metadata=METADATA, timeout=10)
    got = []
    for answer in call:
        got.append(answer.text)
        turn.release()
    assert got == [str(i) for i in range(20)], got
    metadata_came_back(call)


def check_empty_bidi(probe):
    assert list(probe.Bidi(iter([]), timeout=10)) == []


def check_big_messages(probe):
    size = 3 << 20
    answer = probe.Unary(Ask(payload=b"b" * size), timeout=20)
    assert answer.payload == b"b" * size
    for answer in probe.ServerStream(Ask(count=4, answer_size=size), timeout=20):
        assert len(answer.payload) == size


def check_request_over_the_limit(probe):
    error = expect(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        lambda: probe.Unary(Ask(payload=b"b" * (5 << 20)), timeout=20),
    )
    assert "4194304" in error.details(), error.details()


def check_answer_over_the_limit(probe):
    expect(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        lambda: probe.Unary(Ask(answer_size=5 << 20), timeout=20),
    )


def check_every_status(probe):
    for code in grpc.StatusCode:
        if code is grpc.StatusCode.OK:
            continue
        fail = probe_pb2.Failure(code=code.value[0], message=f"so {code}: ü%\n")
        error = expect(code, lambda: probe.Unary(Ask(fail=fail), timeout=10))
        assert error.details() == f"so {code}: ü%\n", error.details()


def check_rich_details(probe):
    fail = probe_pb2.Failure(code=5, message="nobody", reason="NO_SUCH_USER")
    for call in (
        lambda: probe.Unary(Ask(fail=fail), timeout=10),
        lambda: list(probe.ServerStream(Ask(count=2, fail=fail), timeout=10)),
        lambda: probe.ClientStream(iter([Ask(fail=fail)]), timeout=10),
        lambda: list(probe.Bidi(iter([Ask(), Ask(fail=fail)]), timeout=10)),
    ):
        error = expect(grpc.StatusCode.NOT_FOUND, call)
        status = rpc_status.from_call(error)
        info = error_details_pb2.ErrorInfo()
        assert status.message == "nobody" and status.details[0].Unpack(info)
        assert (info.reason, info.domain) == ("NO_SUCH_USER", "probe.scaffold")


def check_failure_after_answers(probe):
    fail = probe_pb2.Failure(code=10, message="later")
    call = probe.ServerStream(Ask(count=3, fail=fail), timeout=10)
    got = []
    error = expect(grpc.StatusCode.ABORTED, lambda: got.extend(a.index for a in call))
    assert error.details() == "later"


def check_deadlines(probe):
    slow = Ask(sleep_ms=20000, count=2)
    for call in (
        lambda: probe.Unary(slow, timeout=0.2),
        lambda: list(probe.ServerStream(slow, timeout=0.2)),
        lambda: probe.ClientStream(iter([slow]), timeout=0.2),
        lambda: list(probe.Bidi(iter([slow]), timeout=0.2)),
    ):
        began = time.monotonic()
        expect(grpc.StatusCode.DEADLINE_EXCEEDED, call)
        assert time.monotonic() - began < 10


def seen_to_cancel(probe, cancel):
    before = probe.Seen(empty_pb2.Empty()).cancelled
    cancel()
    for _ in range(200):
        if probe.Seen(empty_pb2.Empty()).cancelled > before:
            return
        time.sleep(0.05)
    raise AssertionError("the server's handler did not hear of the cancellation")


def check_cancellation_unary(probe):
    before = probe.Seen(empty_pb2.Empty()).started
    call = probe.Unary.future(Ask(sleep_ms=60000))
    while probe.Seen(empty_pb2.Empty()).started <= before:
        time.sleep(0.02)
    seen_to_cancel(probe, call.cancel)
    assert call.cancelled()


def check_cancellation_stream(probe):
    call = probe.ServerStream(Ask(count=1 << 30))
    for _ in range(10):
        next(call)
    seen_to_cancel(probe, call.cancel)


def check_cancellation_bidi(probe):
    gate = threading.Event()

    def asks():
        yield Ask(text="one")
        gate.wait(30)

    call = probe.Bidi(asks())
    assert next(call).text == "one"
    seen_to_cancel(probe, call.cancel)
    gate.set()


def check_compression_read(probe):
    ask = Ask(payload=b"z" * 10000)
    answer = probe.Unary(ask, compression=grpc.Compression.Gzip, timeout=10)
    assert answer.payload == ask.payload


def check_compression_refused(probe):
    """The server does not read deflate, and has to say so (gRPC compression spec)."""
    error = expect(
        grpc.StatusCode.UNIMPLEMENTED,
        lambda: probe.Unary(
            Ask(payload=b"z" * 10000), compression=grpc.Compression.Deflate, timeout=10
        ),
    )
    assert "deflate" in error.details(), error.details()


def check_unknown_method(probe):
    call = probe.channel.unary_unary("/probe.v1.Probe/Nothing")
    expect(grpc.StatusCode.UNIMPLEMENTED, lambda: call(b"", timeout=10))
    call = probe.channel.unary_unary("/nobody.Here/Unary")
    expect(grpc.StatusCode.UNIMPLEMENTED, lambda: call(b"", timeout=10))


def check_undecodable(probe):
    call = probe.channel.unary_unary("/probe.v1.Probe/Unary")
    expect(grpc.StatusCode.INVALID_ARGUMENT, lambda: call(b"\xff\xff\xff", timeout=10))


def check_many_at_once(probe):
    calls = [probe.Unary.future(Ask(text=str(i), sleep_ms=20)) for i in range(500)]
    assert [call.result(timeout=30).text for call in calls] == [
        str(i) for i in range(500)
    ]


def check_health(probe):
    health = health_pb2_grpc.HealthStub(probe.channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    for service in ("", "probe.v1.Probe"):
        request = health_pb2.HealthCheckRequest(service=service)
        assert health.Check(request, timeout=10).status == serving
        watch = health.Watch(request, timeout=10)
        assert next(watch).status == serving
        watch.cancel()
    error = expect(
        grpc.StatusCode.NOT_FOUND,
        lambda: health.Check(
            health_pb2.HealthCheckRequest(service="nobody"), timeout=10
        ),
    )
    assert "nobody" in error.details() or error.details(), error.details()


def check_reflection(probe):
    """A call with nothing known beforehand but the service's name."""
    database = ProtoReflectionDescriptorDatabase(probe.channel)
    assert "probe.v1.Probe" in database.get_services()
    pool = descriptor_pool.DescriptorPool(database)
    service = pool.FindServiceByName("probe.v1.Probe")
    method = service.methods_by_name["Unary"]
    ask = message_factory.GetMessageClass(method.input_type)
    answer = message_factory.GetMessageClass(method.output_type)
    call = probe.channel.unary_unary(
        "/probe.v1.Probe/Unary",
        request_serializer=ask.SerializeToString,
        response_deserializer=answer.FromString,
    )
    assert call(ask(text="by reflection"), timeout=10).text == "by reflection"
    assert pool.FindFileByName("google/protobuf/empty.proto").package == "google.protobuf"


def check_reflection_v1(probe):
    """grpcio ships v1alpha only; v1 has the same messages under another name."""
    request = reflection_pb2.ServerReflectionRequest
    response = reflection_pb2.ServerReflectionResponse
    call = probe.channel.stream_stream(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        request_serializer=request.SerializeToString,
        response_deserializer=response.FromString,
    )
    asks = [
        request(list_services=""),
        request(file_containing_symbol="probe.v1.Probe.Unary"),
        request(file_by_filename="probe/v1/probe.proto"),
        request(file_by_filename="nobody.proto"),
    ]
    services, symbol, by_name, missing = call(iter(asks), timeout=10)
    names = [service.name for service in services.list_services_response.service]
    assert "probe.v1.Probe" in names and "grpc.health.v1.Health" in names, names
    for reply in (symbol, by_name):
        file = descriptor_pb2.FileDescriptorProto.FromString(
            reply.file_descriptor_response.file_descriptor_proto[0]
        )
        assert file.name == "probe/v1/probe.proto", file.name
    assert missing.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


def check_reflection_stub(probe):
    stub = reflection_pb2_grpc.ServerReflectionStub(probe.channel)
    ask = reflection_pb2.ServerReflectionRequest(
        all_extension_numbers_of_type="probe.v1.Ask"
    )
    (reply,) = stub.ServerReflectionInfo(iter([ask]), timeout=10)
    numbers = reply.all_extension_numbers_response
    assert numbers.base_type_name == "probe.v1.Ask", reply


def main():
    options = [
        ("grpc.max_receive_message_length", 16 << 20),
        ("grpc.max_send_message_length", 16 << 20),
    ]
    channel = grpc.insecure_channel(sys.argv[1], options=options)
    probe = probe_pb2_grpc.ProbeStub(channel)
    probe.channel = channel
    checks = [(n, f) for n, f in sorted(globals().items()) if n.startswith("check_")]
    failed = 0
    for name, check in checks:
        try:
            check(probe)
            print(f"ok   {name}")
        except Exception as error:  # every check reports, then the run fails
            failed += 1
            print(f"FAIL {name}: {type(error).__name__}: {error}")
    print(f"{len(checks) - failed} of {len(checks)} checks passed")
    sys.exit(1 if failed else 0)


main()
