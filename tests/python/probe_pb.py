"""The probe service's Python classes, generated into a temporary folder."""

import pathlib
import sys
import tempfile

from grpc_tools import protoc
import grpc_tools

_folder = tempfile.TemporaryDirectory()
_proto = pathlib.Path(__file__).parent.parent / "proto"
_bundled = pathlib.Path(grpc_tools.__file__).parent / "_proto"
_code = protoc.main(
    [
        "protoc",
        f"-I{_proto}",
        f"-I{_bundled}",
        f"--python_out={_folder.name}",
        f"--grpc_python_out={_folder.name}",
        "probe/v1/probe.proto",
    ]
)
if _code != 0:
    sys.exit(_code)
sys.path.insert(0, _folder.name)

from probe.v1 import probe_pb2, probe_pb2_grpc  # noqa: E402,F401
