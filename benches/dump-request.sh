#!/bin/sh
# A protoc plugin that answers its request, as a file named request.bin, to time
# other plugins without protoc. Writes beside the output, because a response
# can carry text only.
cat >request.bin
