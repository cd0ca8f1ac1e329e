//! Known ways to leak goroutines, in words.

/// A way to leak goroutines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeakPattern {
    /// A receive from a channel that nobody sends to or closes.
    Receive,
    /// A worker in a loop over a channel that nobody closes.
    Worker,
    /// A send to a channel that nobody receives from.
    Send,
    /// debug=1 does not tell a receive from a send.
    ReceiveOrSend,
    /// A leak profile with debug=1 tells no state.
    Blocked,
    /// A nil channel.
    NilChannel,
    /// A select none of whose cases ever comes.
    Select,
    /// A select without cases.
    EmptySelect,
    /// A ticker that is not stopped, or a channel that something alive still holds.
    Ticker,
    /// An HTTP request without a timeout.
    HttpTimeout,
    /// A response body that is not closed.
    HttpBody,
    /// Connections of HTTP clients that are kept and not used again.
    HttpIdle,
    /// Connections of an HTTP server that clients keep open.
    HttpServer,
    /// A lock that is not released.
    Lock,
    /// A WaitGroup that is not done.
    WaitGroup,
    /// A condition that is not signalled.
    Condition,
    /// Rows of a database query that are not closed.
    SqlRows,
    /// A database transaction that is neither committed nor rolled back.
    SqlTransaction,
    /// A database that is opened again and again.
    SqlOpen,
    /// Queries that wait for a connection: those out are not given back.
    SqlConnections,
    /// A context that is not cancelled.
    Context,
}

impl LeakPattern {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// What goes wrong.
    pub fn explanation(self) -> &'static str {
        self.texts().1
    }

    /// What to do.
    pub fn advice(self) -> &'static str {
        self.texts().2
    }

    fn texts(self) -> (&'static str, &'static str, &'static str) {
        use LeakPattern as P;
        match self {
            P::Receive => (
                "receive_nobody_sends",
                "receives from a channel that nobody sends to or closes",
                "let the sender close the channel on every path, or also select on ctx.Done()",
            ),
            P::Worker => (
                "worker_without_shutdown",
                "a worker loops over a channel that nobody closes, or over a ticker, which never is",
                "close the channel when the work is done, or give the worker a context to end with",
            ),
            P::Send => (
                "send_nobody_receives",
                "sends to a channel that nobody receives from any more",
                "make the channel buffered with room for the result, or also select on ctx.Done()",
            ),
            P::ReceiveOrSend => (
                "channel_nobody_serves",
                "receives from or sends to a channel that nobody serves (debug=1 does not tell which)",
                "find the other end of the channel; debug=0 or debug=2 tells the direction",
            ),
            P::Blocked => (
                "blocked_for_ever",
                "waits for a channel or a select that nothing alive can serve (debug=1 does not tell \
                 which)",
                "goroutineleak without debug=1, or with debug=2, tells what it waits for",
            ),
            P::NilChannel => (
                "nil_channel",
                "uses a channel that was never made: it waits for ever",
                "make the channel before the goroutine starts",
            ),
            P::Select => (
                "select_without_done",
                "waits in a select of which no case comes any more",
                "add a case <-ctx.Done() that returns, and see that the context is cancelled",
            ),
            P::EmptySelect => (
                "select_no_cases",
                "select {} waits for ever",
                "keep it to main, or wait for a context instead",
            ),
            P::Ticker => (
                "ticker_not_stopped",
                "waits on a channel that is still reachable, though nothing ends the wait: a \
                 time.Tick or Ticker loop without an end, or a channel held by a global",
                "return from the loop on ctx.Done() and stop the ticker",
            ),
            P::HttpTimeout => (
                "http_without_timeout",
                "HTTP requests wait for answers that do not come: the client has no timeout",
                "set http.Client.Timeout, or make requests with a context that has a deadline",
            ),
            P::HttpBody => (
                "http_body_not_closed",
                "connections wait for their response bodies to be read: a body is never closed",
                "defer resp.Body.Close() after every request, also when the body is not read",
            ),
            P::HttpIdle => (
                "http_transport_per_request",
                "idle connections pile up: clients do not share one http.Transport",
                "share one http.Client, or call CloseIdleConnections when done with one",
            ),
            P::HttpServer => (
                "http_server_connections",
                "clients keep more and more connections to this server open",
                "set http.Server.IdleTimeout and ReadHeaderTimeout, and look at the clients",
            ),
            P::Lock => (
                "lock_not_released",
                "waits for a lock that is not released: an Unlock is missing, or locks are taken \
                 in opposite orders",
                "defer Unlock right after Lock, and take locks in one order everywhere",
            ),
            P::WaitGroup => (
                "wait_group_not_done",
                "waits for a WaitGroup of which a Done is missing",
                "defer wg.Done() first thing in every goroutine that was added",
            ),
            P::Condition => (
                "condition_not_signalled",
                "waits for a condition that nobody signals any more",
                "Broadcast when what is waited for ends for good",
            ),
            P::SqlRows => (
                "sql_rows_not_closed",
                "database rows are never closed",
                "defer rows.Close() after every query",
            ),
            P::SqlTransaction => (
                "sql_transaction_not_ended",
                "database transactions are neither committed nor rolled back",
                "defer tx.Rollback() after every Begin",
            ),
            P::SqlOpen => (
                "sql_open_per_request",
                "databases are opened and not closed: sql.Open makes a pool, not a connection",
                "open one sql.DB and share it",
            ),
            P::SqlConnections => (
                "sql_connections_not_returned",
                "queries wait for a connection: those in use are not given back",
                "close rows and end transactions; see db.Stats()",
            ),
            P::Context => (
                "context_not_cancelled",
                "contexts with a parent of another type are never cancelled",
                "defer cancel() after every context.With...",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LeakPattern as P;
    use std::collections::BTreeSet;

    #[test]
    fn every_way_has_a_name_of_its_own_and_says_what_and_what_to_do() {
        let all = [
            (P::Receive, "receive_nobody_sends"),
            (P::Worker, "worker_without_shutdown"),
            (P::Send, "send_nobody_receives"),
            (P::ReceiveOrSend, "channel_nobody_serves"),
            (P::Blocked, "blocked_for_ever"),
            (P::NilChannel, "nil_channel"),
            (P::Select, "select_without_done"),
            (P::EmptySelect, "select_no_cases"),
            (P::Ticker, "ticker_not_stopped"),
            (P::HttpTimeout, "http_without_timeout"),
            (P::HttpBody, "http_body_not_closed"),
            (P::HttpIdle, "http_transport_per_request"),
            (P::HttpServer, "http_server_connections"),
            (P::Lock, "lock_not_released"),
            (P::WaitGroup, "wait_group_not_done"),
            (P::Condition, "condition_not_signalled"),
            (P::SqlRows, "sql_rows_not_closed"),
            (P::SqlTransaction, "sql_transaction_not_ended"),
            (P::SqlOpen, "sql_open_per_request"),
            (P::SqlConnections, "sql_connections_not_returned"),
            (P::Context, "context_not_cancelled"),
        ];
        let mut texts = BTreeSet::new();
        for (pattern, name) in all {
            assert_eq!(pattern.name(), name);
            texts.extend([pattern.explanation(), pattern.advice()]);
        }
        // Sentences, none of them twice.
        assert_eq!(texts.len(), 2 * all.len());
        assert!(texts.iter().all(|text| text.contains(' ')));
    }
}
