//! The blocking client, from threads without a runtime and from where it must refuse.

mod client_support;

use client_support::*;
use scaffold_runtime::{Caller, Channel, Code, Request, blocking};

/// A server in a runtime of its own, so that the tests need none.
fn serve() -> String {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let target = calls(|_, request, mut respond| async move {
                let path = request.uri().path().to_owned();
                let notes = unframe(&read_all(request.into_body()).await.unwrap());
                let mut body = respond.send_response(ok_headers(), false).unwrap();
                let answers = match path.as_str() {
                    "/test.Notes/Unary" => notes,
                    "/test.Notes/Server" => (0..notes[0].number)
                        .map(|number| note("", number))
                        .collect(),
                    "/test.Notes/Client" => vec![note("", notes.len() as i64)],
                    _ => notes,
                };
                let endless = path == "/test.Notes/Server" && answers.is_empty();
                if endless {
                    body.send_data(frame(&note("one", 0)), false).unwrap();
                    std::future::pending::<()>().await;
                }
                for answer in answers {
                    body.send_data(frame(&answer), false).unwrap();
                }
                body.send_trailers(trailers(&[("grpc-status", "0"), ("x-end", "z")]))
                    .unwrap();
            })
            .await;
            tell.send(target).unwrap();
            std::future::pending::<()>().await;
        });
    });
    told.recv().unwrap()
}

#[test]
fn all_shapes_from_a_plain_thread() {
    let channel = Channel::connect_blocking(serve()).unwrap();
    let response =
        blocking::unary(channel.unary::<Note, Note>(&UNARY, Request::new(note("hi", 1)))).unwrap();
    assert_eq!(*response, note("hi", 1));

    let mut stream = blocking::server_streaming(
        channel.server_streaming::<Note, Note>(&SERVER, Request::new(note("", 5))),
    )
    .unwrap();
    let numbers: Result<Vec<_>, _> = stream
        .by_ref()
        .map(|item| item.map(|note| note.number))
        .collect();
    assert_eq!(numbers.unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(stream.trailers().unwrap().get("x-end"), Some("z"));

    let mut call = blocking::client_streaming(
        channel.client_streaming::<Note, Note>(&CLIENT, Request::new(())),
    )
    .unwrap();
    for number in 0..7 {
        call.send(note("", number)).unwrap();
    }
    assert_eq!(call.finish().unwrap().number, 7);

    let mut call =
        blocking::bidi_streaming(channel.bidi_streaming::<Note, Note>(&BIDI, Request::new(())))
            .unwrap();
    call.send(note("a", 1)).unwrap();
    call.close_send().unwrap();
    assert_eq!(call.message().unwrap(), Some(note("a", 1)));
    assert_eq!(call.message().unwrap(), None);

    let call =
        blocking::bidi_streaming(channel.bidi_streaming::<Note, Note>(&BIDI, Request::new(())))
            .unwrap();
    let (mut sender, responses) = call.split();
    let sending = std::thread::spawn(move || {
        for number in 0..10 {
            sender.send(note("", number)).unwrap();
        }
        sender.close().unwrap();
    });
    assert_eq!(
        responses
            .map(|item| item.unwrap().number)
            .collect::<Vec<_>>(),
        (0..10).collect::<Vec<_>>()
    );
    sending.join().unwrap();
}

#[test]
fn a_lazy_channel_serves_threads_and_tasks() {
    let channel = Channel::lazy(serve()).unwrap();
    let blocking_call = {
        let channel = channel.clone();
        move || {
            blocking::unary(channel.unary::<Note, Note>(&UNARY, Request::new(note("thread", 0))))
                .unwrap()
        }
    };
    // First in a runtime that goes away, with the connection in it; then from
    // threads; then in another runtime.
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let text = runtime.block_on(async {
            let response = channel
                .unary::<Note, Note>(&UNARY, Request::new(note("task", 0)))
                .await;
            response.unwrap().into_inner().text
        });
        assert_eq!(text, "task");
        drop(runtime);
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(blocking_call.clone()))
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap().text, "thread");
        }
    }
}

#[test]
fn an_error_ends_the_iterator() {
    let target = serve();
    let channel = Channel::connect_blocking(&target).unwrap();
    // Asked for none, the server sends one message and never ends.
    let mut request = Request::new(note("", 0));
    request.set_timeout(std::time::Duration::from_millis(500));
    let stream =
        blocking::server_streaming(channel.server_streaming::<Note, Note>(&SERVER, request))
            .unwrap();
    let items: Vec<_> = stream
        .map(|item| item.map_err(|status| status.code()))
        .collect();
    assert_eq!(items, [Ok(note("one", 0)), Err(Code::DeadlineExceeded)]);
}

#[tokio::test]
async fn inside_async_code_it_refuses() {
    let channel = Channel::lazy(serve()).unwrap();
    let refused = blocking::unary(channel.unary::<Note, Note>(&UNARY, Request::new(note("", 0))));
    assert_eq!(refused.err().unwrap().code(), Code::FailedPrecondition);
    let refused = tokio::spawn(async { Channel::connect_blocking("127.0.0.1:1").err() })
        .await
        .unwrap();
    assert_eq!(refused.unwrap().code(), Code::FailedPrecondition);
    // The thread of `spawn_blocking` may wait.
    let response = tokio::task::spawn_blocking(move || {
        blocking::unary(channel.unary::<Note, Note>(&UNARY, Request::new(note("blocking", 0))))
    });
    assert_eq!(response.await.unwrap().unwrap().text, "blocking");
}
