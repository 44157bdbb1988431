"""Holds payloads against their rules with protovalidate, the rules' own engine.

validate_payloads.py SET PAYLOADS: an encoded FileDescriptorSet, and a line for
each payload: the message, the payload in hexadecimal, and the rule that it
breaks, or "-". Prints what does not agree; the last line counts.
"""

import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
import protovalidate


def classes(path):
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as encoded:
        files.ParseFromString(encoded.read())
    for file in files.file:
        pool.AddSerializedFile(file.SerializeToString())
    found = {}

    def by_name(name):
        if name not in found:
            found[name] = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
        return found[name]

    return by_name


def main():
    by_name = classes(sys.argv[1])
    valid = invalid = wrong = 0
    rules = set()
    for line in open(sys.argv[2], encoding="ascii"):
        name, payload, rule = line.rstrip("\n").split("\t")
        message = by_name(name)()
        message.ParseFromString(bytes.fromhex(payload))
        found = [violation.proto.rule_id for violation in protovalidate.collect_violations(message)]
        if rule == "-":
            valid += 1
            agrees = not found
        else:
            invalid += 1
            rules.add(rule)
            agrees = len(found) == 1 and found[0].startswith(rule)
        if not agrees:
            wrong += 1
            if wrong <= 20:
                print(f"{name}: {rule} is broken, and found is {found}: {payload}")
    print(f"{valid} valid, {invalid} invalid by {len(rules)} rules, {wrong} wrong")
    sys.exit(1 if wrong or not valid or not invalid else 0)


main()
