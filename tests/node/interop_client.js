// The client of gRPC's interop suite on @grpc/grpc-js.
//
// usage: interop_client.js ADDRESS [CA_FILE SERVER_NAME]; with a CA, over TLS.
// Every entry of CASES is one case; the last line counts them. Three of
// those with compression are not among them: grpc-js tells nobody what came compressed,
// and a stream's messages are compressed all or not at all.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const LONG = 30_000;
const REQUESTS = [27182, 8, 1828, 45904];
const RESPONSES = [31415, 9, 2653, 58979];
const ECHO_INITIAL = "x-grpc-test-echo-initial";
const ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";

const definition = loader.loadSync(
  ["grpc/testing/test.proto", "xds/service/orca/v3/orca.proto"],
  {
    includeDirs: [path.join(__dirname, "../proto")],
    defaults: true,
    keepCase: true,
    longs: Number,
  },
);
const { grpc: root, xds } = grpc.loadPackageDefinition(definition);
const decodeLoad = definition["xds.service.orca.v3.OpenRcaService"].StreamCoreMetrics
  .responseDeserialize;

const [address, ca, name] = process.argv.slice(2);
const credentials = ca
  ? grpc.credentials.createSsl(fs.readFileSync(ca))
  : grpc.credentials.createInsecure();
const options = ca ? { "grpc.ssl_target_name_override": name } : {};
const connect = (Service, more) => new Service(address, credentials, { ...options, ...more });
const test = connect(root.testing.TestService);

// For a channel of its own that compresses.
const GZIP = { "grpc.default_compression_algorithm": 2, "grpc.use_local_subchannel_pool": 1 };

const within = (ms) => ({ deadline: Date.now() + ms });
const zeros = (size) => ({ type: "COMPRESSABLE", body: Buffer.alloc(size) });
const unary = (size, response_size) => ({ response_size, payload: zeros(size) });
const output = (size, ...sizes) => ({
  response_parameters: sizes.map((size) => ({ size })),
  payload: zeros(size),
});

function isZeros(response, size) {
  assert.strictEqual(response.payload.body.length, size);
  assert(response.payload.body.equals(Buffer.alloc(size)), "there are others among the zeros");
}

// A call with one answer: what it answers, with its metadata and status beside.
function once(start) {
  return new Promise((resolve, reject) => {
    const found = {};
    const done = () => {
      if (found.status && (found.error || found.response)) {
        found.error ? reject(found.error) : resolve(found);
      }
    };
    const call = start((error, response) => {
      Object.assign(found, { error, response });
      done();
    });
    call.on("metadata", (metadata) => (found.metadata = metadata));
    call.on("status", (status) => {
      found.status = status;
      done();
    });
  });
}

// A call with many answers, to read one by one.
class Reader {
  constructor(call) {
    this.call = call;
    this.arrived = [];
    this.waiting = null;
    const arrives = (event) => {
      this.arrived.push(event);
      this.waiting?.();
    };
    call.on("metadata", (metadata) => (this.metadata = metadata));
    call.on("status", (status) => (this.status = status));
    call.on("data", (message) => arrives({ message }));
    call.on("end", () => arrives({ end: true }));
    call.on("error", (error) => arrives({ error }));
  }

  async event() {
    while (this.arrived.length === 0) {
      await new Promise((resolve) => (this.waiting = resolve));
    }
    return this.arrived.shift();
  }

  async message() {
    const { message, error } = await this.event();
    if (error) throw error;
    assert(message, "the stream ended before its last message");
    return message;
  }

  async ends() {
    const { message, error } = await this.event();
    if (error) throw error;
    assert(!message, "a message came behind the last");
  }
}

async function fails(code, promise) {
  const error = await promise.then(
    () => assert.fail(`the call went well, in place of ${grpc.status[code]}`),
    (error) => error,
  );
  assert.strictEqual(error.code, code, String(error));
  return error;
}

const call = (method, request, ms = LONG) =>
  once((done) => method.call(test, request, new grpc.Metadata(), within(ms), done));

const status = (message) => ({ response_status: { code: grpc.status.UNKNOWN, message } });

function withMetadata() {
  const metadata = new grpc.Metadata();
  metadata.set(ECHO_INITIAL, "test_initial_metadata_value");
  metadata.set(ECHO_TRAILING, Buffer.from([0xab, 0xab, 0xab]));
  return metadata;
}

function cameBack(metadata, status) {
  assert.deepStrictEqual(metadata.get(ECHO_INITIAL), ["test_initial_metadata_value"]);
  const trailing = status.metadata.get(ECHO_TRAILING);
  assert.deepStrictEqual(trailing, [Buffer.from([0xab, 0xab, 0xab])]);
}

async function soak(client, close) {
  for (let i = 0; i < 10; i++) {
    const one = client();
    const start = (done) => one.UnaryCall(unary(271828, 314159), within(LONG), done);
    isZeros((await once(start)).response, 314159);
    close(one);
  }
}

const CASES = {
  async empty_unary() {
    assert.deepStrictEqual({ ...(await call(test.EmptyCall, {})).response }, {});
  },
  async large_unary() {
    isZeros((await call(test.UnaryCall, unary(271828, 314159))).response, 314159);
  },
  async client_streaming() {
    const { response } = await once((done) => {
      const upload = test.StreamingInputCall(within(LONG), done);
      REQUESTS.forEach((size) => upload.write({ payload: zeros(size) }));
      upload.end();
      return upload;
    });
    assert.strictEqual(response.aggregated_payload_size, 74922);
  },
  async server_streaming() {
    const answers = new Reader(test.StreamingOutputCall(output(0, ...RESPONSES), within(LONG)));
    for (const size of RESPONSES) isZeros(await answers.message(), size);
    await answers.ends();
  },
  async ping_pong() {
    const both = test.FullDuplexCall(within(LONG));
    const answers = new Reader(both);
    for (const [i, size] of REQUESTS.entries()) {
      both.write(output(size, RESPONSES[i]));
      isZeros(await answers.message(), RESPONSES[i]);
    }
    both.end();
    await answers.ends();
  },
  async empty_stream() {
    const both = test.FullDuplexCall(within(LONG));
    const answers = new Reader(both);
    both.end();
    await answers.ends();
  },
  async timeout_on_sleeping_server() {
    const both = test.FullDuplexCall(within(1));
    const answers = new Reader(both);
    both.write(output(27182));
    await fails(grpc.status.DEADLINE_EXCEEDED, answers.message());
  },
  async cancel_after_begin() {
    const upload = once((done) => {
      const upload = test.StreamingInputCall(within(LONG), done);
      upload.cancel();
      return upload;
    });
    await fails(grpc.status.CANCELLED, upload);
  },
  async cancel_after_first_response() {
    const both = test.FullDuplexCall(within(LONG));
    const answers = new Reader(both);
    both.write(output(27182, 31415));
    isZeros(await answers.message(), 31415);
    both.cancel();
    await fails(grpc.status.CANCELLED, answers.message());
  },
  async status_code_and_message() {
    const text = "test status message";
    const first = await fails(grpc.status.UNKNOWN, call(test.UnaryCall, status(text)));
    assert.strictEqual(first.details, text);
    const both = test.FullDuplexCall(within(LONG));
    const answers = new Reader(both);
    both.write(status(text));
    both.end();
    const second = await fails(grpc.status.UNKNOWN, answers.message());
    assert.strictEqual(second.details, text);
  },
  async special_status_message() {
    const text = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    const error = await fails(grpc.status.UNKNOWN, call(test.UnaryCall, status(text)));
    assert.strictEqual(error.details, text);
  },
  async custom_metadata() {
    const start = (done) =>
      test.UnaryCall(unary(271828, 314159), withMetadata(), within(LONG), done);
    const found = await once(start);
    isZeros(found.response, 314159);
    cameBack(found.metadata, found.status);
    const both = test.FullDuplexCall(withMetadata(), within(LONG));
    const answers = new Reader(both);
    both.write(output(271828, 314159));
    both.end();
    isZeros(await answers.message(), 314159);
    await answers.ends();
    cameBack(answers.metadata, answers.status);
  },
  async unimplemented_method() {
    await fails(grpc.status.UNIMPLEMENTED, call(test.UnimplementedCall, {}));
  },
  async unimplemented_service() {
    const nobody = connect(root.testing.UnimplementedService);
    const one = once((done) => nobody.UnimplementedCall({}, within(LONG), done));
    await fails(grpc.status.UNIMPLEMENTED, one);
    nobody.close();
  },
  async orca_per_rpc() {
    const report = { request_cost: { cost: 3456.32 }, utilization: { util: 0.30499 } };
    const set = { ...report, cpu_utilization: 0.821, memory_utilization: 0.5847 };
    const found = await call(test.UnaryCall, { orca_per_query_report: set });
    const [trailer] = found.status.metadata.get("endpoint-load-metrics-bin");
    const { cpu_utilization, mem_utilization, request_cost, utilization } = decodeLoad(trailer);
    const wanted = { ...report, cpu_utilization: 0.821, mem_utilization: 0.5847 };
    assert.deepEqual({ cpu_utilization, mem_utilization, request_cost, utilization }, wanted);
  },
  async orca_oob() {
    const both = test.FullDuplexCall(within(LONG));
    const answers = new Reader(both);
    const service = connect(xds.service.orca.v3.OpenRcaService);
    const watch = service.StreamCoreMetrics({ report_interval: { seconds: 1 } }, within(LONG));
    const reports = new Reader(watch);
    const loads = [
      [0.821, 0.5847, 0.30499],
      [0.29309, 0.2, 0.2039],
    ];
    for (const [cpu_utilization, memory_utilization, util] of loads) {
      const orca_oob_report = { cpu_utilization, memory_utilization, utilization: { util } };
      both.write({ ...output(0, 1), orca_oob_report });
      isZeros(await answers.message(), 1);
      let report;
      do {
        report = await reports.message();
      } while (
        report.cpu_utilization !== cpu_utilization ||
        report.mem_utilization !== memory_utilization ||
        report.utilization.util !== util
      );
    }
    watch.cancel();
    both.end();
    await answers.ends();
    service.close();
  },
  async client_compressed_unary() {
    const client = connect(root.testing.TestService, GZIP);
    const ask = (one, says) => {
      const request = { ...unary(271828, 314159), expect_compressed: { value: says } };
      return once((done) => one.UnaryCall(request, within(LONG), done));
    };
    await fails(grpc.status.INVALID_ARGUMENT, ask(test, true));
    isZeros((await ask(client, true)).response, 314159);
    isZeros((await ask(test, false)).response, 314159);
    client.close();
  },
  async rpc_soak() {
    await soak(
      () => test,
      () => {},
    );
  },
  async channel_soak() {
    // Without its own pool of connections a new client takes the old one's.
    const own = { "grpc.use_local_subchannel_pool": 1 };
    await soak(
      () => connect(root.testing.TestService, own),
      (client) => client.close(),
    );
  },
};

async function main() {
  const names = Object.keys(CASES);
  let passed = 0;
  for (const name of names) {
    try {
      await CASES[name]();
      passed += 1;
      console.log(`ok   ${name}`);
    } catch (error) {
      console.log(`FAIL ${name}: ${error}`);
    }
  }
  console.log(`${passed} of ${names.length} cases passed`);
  process.exit(passed < names.length ? 1 : 0);
}

main();
