"""Decodes payloads with Google's protobuf, which knows editions.

decode_payloads.py SET PAYLOADS: an encoded FileDescriptorSet, and a line for
each payload: the message and the payload in hexadecimal. Fails if one does not
decode, holds an unknown field, lacks a required one, or leaves a field of its
own unset that is no oneof's.
"""

import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, unknown_fields


def check(message):
    unknown = unknown_fields.UnknownFieldSet(message)
    assert len(unknown) == 0, f"unknown fields in {message!r}"
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                for inner in value.values():
                    check(inner)
        else:
            for inner in [value] if hasattr(value, "ListFields") else value:
                check(inner)


def main():
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet()
    with open(sys.argv[1], "rb") as encoded:
        files.ParseFromString(encoded.read())
    for file in files.file:
        pool.AddSerializedFile(file.SerializeToString())
    count = 0
    for line in open(sys.argv[2], encoding="ascii"):
        name, payload = line.rstrip("\n").split("\t")
        message = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))()
        message.ParseFromString(bytes.fromhex(payload))
        assert message.IsInitialized(), f"{name} lacks a required field"
        check(message)
        set_fields = {field.name for field, _ in message.ListFields()}
        for field in message.DESCRIPTOR.fields:
            if field.containing_oneof is None:
                assert field.name in set_fields, f"{name}.{field.name} is not set"
        count += 1
    print(f"{count} decoded")


main()
