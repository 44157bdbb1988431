"""Messages and stubs of the interop suite, from descriptors.

Generated modules would lie in a package `grpc`, which is grpcio's own name.
"""

import pathlib
import sys
import tempfile

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

_SHAPES = {
    (False, False): "unary_unary",
    (False, True): "unary_stream",
    (True, False): "stream_unary",
    (True, True): "stream_stream",
}


def _pool():
    proto = pathlib.Path(__file__).parent.parent / "proto"
    bundled = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    with tempfile.NamedTemporaryFile() as out:
        arguments = [
            "protoc",
            f"-I{proto}",
            f"-I{bundled}",
            "--include_imports",
            f"--descriptor_set_out={out.name}",
            "grpc/testing/test.proto",
            "xds/service/orca/v3/orca.proto",
        ]
        code = protoc.main(arguments)
        if code != 0:
            sys.exit(code)
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


POOL = _pool()


def message(name):
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(name))


class Stub:
    """A service's methods, by their names in the proto."""

    def __init__(self, channel, service):
        for method in POOL.FindServiceByName(service).methods:
            shape = _SHAPES[method.client_streaming, method.server_streaming]
            request = message(method.input_type.full_name)
            response = message(method.output_type.full_name)
            call = getattr(channel, shape)(
                f"/{service}/{method.name}",
                request_serializer=request.SerializeToString,
                response_deserializer=response.FromString,
            )
            setattr(self, method.name, call)
