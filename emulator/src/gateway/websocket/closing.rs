//! Why connections end: codes and words.

/// Why a connection ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Closing {
    fn new(code: u16, reason: &str) -> Self {
        Self { code, reason: reason.to_owned() }
    }

    /// By DeleteConnection: reported by users.
    pub(super) fn by_call() -> Self {
        Self::new(1000, "Connection Closed Normally")
    }

    /// By a limit on time, as documented (developer guide, "Overview of WebSocket APIs"), or by a server that stops. The words
    /// are reported by users of `$disconnect` events, that they are of these is inferred.
    pub(super) fn going_away() -> Self {
        Self::new(1001, "Going away")
    }

    /// By a message that is not text. The code is documented, the words are inferred, as are the next three.
    pub(super) fn binary() -> Self {
        Self::new(1003, "Binary messages are not supported")
    }

    /// By a message that is too large. The code is documented.
    pub(super) fn too_large() -> Self {
        Self::new(1009, "Message too long")
    }

    /// By what is not WebSocket (RFC 6455, 7.4.1).
    pub(super) fn malformed() -> Self {
        Self::new(1002, "Protocol error")
    }

    /// By a text that is no UTF-8 (RFC 6455, 8.1).
    pub(super) fn not_utf8() -> Self {
        Self::new(1007, "Invalid UTF-8")
    }

    /// By a client that gives no code: reported by many users.
    pub(super) fn without_code() -> Self {
        Self::new(1005, "Client-side close frame status not set")
    }

    /// By a client that is gone without a word, or does not take what is sent. The code is RFC 6455's, the words are inferred.
    pub(super) fn broken() -> Self {
        Self::new(1006, "Connection closed abnormally")
    }
}
