//! Servers for tests, on 127.0.0.1 and on sockets: what they answer is a function of what is asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) page: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// What is sent with it.
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A whole answer.
    Page {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// These bytes, and the connection ends.
    Raw(Vec<u8>),
    /// These bytes, and nothing more for a while.
    Stalled(Vec<u8>, Duration),
    /// These bytes, then the same again and again.
    Endless(Vec<u8>, Vec<u8>),
}

impl Reply {
    pub(crate) fn page(body: impl Into<Vec<u8>>) -> Reply {
        Reply::with(200, "application/octet-stream", body)
    }

    pub(crate) fn with(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
        Reply::Page {
            status,
            headers: vec![("Content-Type", kind.to_owned())],
            body: body.into(),
        }
    }

    /// As Go's net/http/pprof refuses.
    pub(crate) fn refused(status: u16, words: &str) -> Reply {
        Reply::Page {
            status,
            headers: vec![
                ("Content-Type", "text/plain; charset=utf-8".to_owned()),
                ("X-Go-Pprof", "1".to_owned()),
            ],
            body: format!("{words}\n").into_bytes(),
        }
    }

    pub(crate) fn redirect(to: &str) -> Reply {
        Reply::Page {
            status: 302,
            headers: vec![("Location", to.to_owned())],
            body: Vec::new(),
        }
    }
}

/// Connections end by themselves: nothing waits longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server until it is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What a connection becomes before HTTP is spoken: itself, or TLS.
pub(crate) trait Wrap: Send + Sync + 'static {
    type Stream: Read + Write;

    fn wrap(&self, stream: TcpStream) -> Self::Stream;
}

/// Nothing between HTTP and the connection.
pub(crate) struct Plain;

impl Wrap for Plain {
    type Stream = TcpStream;

    fn wrap(&self, stream: TcpStream) -> TcpStream {
        stream
    }
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
        Server::wrapped(Plain, answer)
    }

    pub(crate) fn wrapped<W: Wrap>(
        wrap: W,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let shared = Arc::new((wrap, answer));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let _ = stream.set_read_timeout(Some(PATIENCE));
                let _ = stream.set_write_timeout(Some(PATIENCE));
                let shared = Arc::clone(&shared);
                let over = Arc::clone(&over);
                thread::spawn(move || {
                    let (wrap, answer) = &*shared;
                    serve(&mut wrap.wrap(stream), answer, &over);
                });
            }
        });
        Server {
            port,
            is_over,
            thread: Some(thread),
        }
    }

    /// A page's URL.
    pub(crate) fn url(&self, page: &str) -> String {
        format!("http://127.0.0.1:{}{page}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Answers one request and ends the connection.
pub(crate) fn serve(
    stream: &mut (impl Read + Write),
    answer: &dyn Fn(&Request) -> Reply,
    is_over: &AtomicBool,
) {
    let Some(request) = request(stream) else {
        // As Go's server says to what is no request.
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        return;
    };
    let _ = match answer(&request) {
        Reply::Page {
            status,
            headers,
            body,
        } => whole(stream, status, &headers, &body),
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Stalled(bytes, pause) => {
            let sent = stream.write_all(&bytes).and_then(|()| stream.flush());
            thread::sleep(pause.min(PATIENCE));
            sent
        }
        Reply::Endless(first, again) => {
            let mut sent = stream.write_all(&first);
            while sent.is_ok() && !is_over.load(Ordering::SeqCst) {
                sent = stream.write_all(&again);
            }
            sent
        }
    };
    let _ = stream.flush();
}

fn whole(
    stream: &mut impl Write,
    status: u16,
    headers: &[(&'static str, String)],
    body: &[u8],
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} \r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}

fn request(stream: &mut impl Read) -> Option<Request> {
    let mut lines = Vec::new();
    let mut reader = BufReader::with_capacity(1, stream);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let page = lines.first()?.split(' ').nth(1)?.to_owned();
    let headers = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let headers: Vec<(String, String)> = headers.collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        page,
        headers,
        body,
    })
}
