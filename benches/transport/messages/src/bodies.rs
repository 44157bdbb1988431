//! What clients send.

use prost::Message;

use crate::Method;
use crate::pb::{
    Address, Chunk, Customer, DownloadRequest, HelloRequest, Line, LogBatch, LogRecord, Money,
    Order, Severity,
};

/// 17 bytes, when there is no work.
pub fn hello(work: u32) -> HelloRequest {
    HelloRequest {
        name: "fifteen letters".into(),
        work,
    }
}

/// About 1 KiB, three levels deep.
pub fn order() -> Order {
    let money = |units, nanos| {
        Some(Money {
            currency: "EUR".into(),
            units,
            nanos,
        })
    };
    let address = |number: u32| Address {
        street: format!("{number} Rue de la Bibliotheque Nationale"),
        city: "Bruxelles".into(),
        postal_code: "1050".into(),
        country: "BE".into(),
    };
    let line = |index: u32| Line {
        sku: format!("SKU-{:08}", 10_310_127 * (index + 1)),
        title: format!("Hand-bound notebook, dotted, 192 pages, no. {index}"),
        quantity: index + 1,
        price: money(19 + i64::from(index), 990_000_000),
    };
    Order {
        id: "order-7f2c9a40-5b1e-4a7e-9a55-3c1d2a0f6b11".into(),
        customer: Some(Customer {
            id: "customer-1842".into(),
            name: "Marguerite van den Broeck".into(),
            email: "marguerite.vandenbroeck@example.com".into(),
            addresses: vec![address(12), address(140)],
        }),
        lines: (0..8).map(line).collect(),
        total: money(312, 920_000_000),
        placed_at: 1_790_000_000_000,
        note: "Ring twice; leave with the neighbour at number 14 when nobody answers.".into(),
    }
}

/// 50 records, about 15 KiB.
pub fn logs() -> LogBatch {
    let pair = |key: &str, value: String| (key.to_owned(), value);
    let record = |index: u32| LogRecord {
        time: 1_790_000_000_000_000_000 + u64::from(index) * 1_000_003,
        severity: if index % 10 == 0 {
            Severity::Warn
        } else {
            Severity::Info
        }
        .into(),
        body: format!(
            "handled request {index} for tenant blue-{}, 3 rows read, cache hit",
            index % 7
        ),
        attributes: [
            pair("http.method", "POST".into()),
            pair("http.route", "/v1/tenants/{id}/orders".into()),
            pair("http.status", format!("{}", 200 + index % 4)),
            pair("net.peer", format!("10.0.{}.{}", index, index * 3)),
            pair("region", "eu-west-1".into()),
        ]
        .into(),
        trace_id: format!(
            "{:032x}",
            u128::from(index + 1) * 0x9e37_79b9_7f4a_7c15_f39c
        ),
        span_id: format!("{:016x}", u64::from(index + 1) * 0x9e37_79b9_7f4a),
    };
    LogBatch {
        resource: [
            pair("service.name", "orders".into()),
            pair("service.version", "4.12.0".into()),
            pair("host.name", "node-17.cluster.internal".into()),
        ]
        .into(),
        records: (0..50).map(record).collect(),
    }
}

/// The message that a client of `method` sends, without a prefix. `work` is for
/// SayHello; `size` and `count` are for streams.
pub fn body(method: Method, work: u32, size: u32, count: u64) -> Vec<u8> {
    match method {
        Method::SayHello => hello(work).encode_to_vec(),
        Method::EchoOrder => order().encode_to_vec(),
        Method::ExportLogs | Method::EchoLogs => logs().encode_to_vec(),
        Method::Download => DownloadRequest { size, count }.encode_to_vec(),
        Method::Chat => Chunk {
            sequence: 1,
            payload: vec![b'x'; size as usize].into(),
        }
        .encode_to_vec(),
    }
}

/// A message behind its gRPC prefix.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut framed = vec![0];
    framed.extend_from_slice(&(message.len() as u32).to_be_bytes());
    framed.extend_from_slice(message);
    framed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_sizes_that_tables_say() {
        assert_eq!(body(Method::SayHello, 0, 0, 0).len(), 17);
        assert!(
            (960..1090).contains(&body(Method::EchoOrder, 0, 0, 0).len()),
            "{}",
            body(Method::EchoOrder, 0, 0, 0).len()
        );
        assert!(
            (14_500..16_000).contains(&body(Method::EchoLogs, 0, 0, 0).len()),
            "{}",
            body(Method::EchoLogs, 0, 0, 0).len()
        );
    }
}
