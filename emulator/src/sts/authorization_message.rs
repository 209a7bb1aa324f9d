//! DecodeAuthorizationMessage, and the messages that it decodes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};

use super::credentials::check_caller;
use super::{Ports, Sts};
use crate::service::{Ctx, Fault};
use crate::store::Scopes;

/// Hides what a refusal rests on from who was refused: only those may read it who may decode it. Each emulator reads its
/// own messages and no other's.
pub(crate) struct AuthorizationMessages {
    key: Option<LessSafeKey>,
}

impl AuthorizationMessages {
    /// With a key that nobody knows.
    pub(crate) fn new() -> Self {
        let mut bytes = [0; 32];
        let drawn = SystemRandom::new().fill(&mut bytes);
        let key = drawn.and_then(|()| UnboundKey::new(&AES_256_GCM, &bytes));
        Self { key: key.ok().map(LessSafeKey::new) }
    }

    /// A message, to be sent in place of its text; `None` where the machine has no random numbers.
    pub(crate) fn encode(&self, text: &str) -> Option<String> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).ok()?;
        let mut sealed = text.as_bytes().to_vec();
        let key = self.key.as_ref()?;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed).ok()?;
        Some(URL_SAFE.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The text of a message that was encoded here.
    pub(crate) fn decode(&self, message: &str) -> Option<String> {
        let bytes = URL_SAFE.decode(message).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let text = self.key.as_ref()?.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

/// Without the key.
impl fmt::Debug for AuthorizationMessages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AuthorizationMessages").finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DecodeAuthorizationMessage {
    encoded_message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Decoded {
    decoded_message: String,
}

pub(super) fn decode(
    ctx: &Ctx<'_>,
    _: &Scopes<Sts>,
    input: DecodeAuthorizationMessage,
    ports: &Ports,
) -> Result<Decoded, Fault> {
    check_caller(ctx, "DecodeAuthorizationMessage")?;
    let decoded_message = ports.messages.decode(&input.encoded_message).ok_or_else(|| {
        // The wording is inferred.
        Fault::new(400, "InvalidAuthorizationMessageException", "The message that was passed is invalid.")
    })?;
    Ok(Decoded { decoded_message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_by_who_wrote_it_alone() {
        let messages = AuthorizationMessages::new();
        let text = r#"{"allowed":false}"#;
        let encoded = messages.encode(text).unwrap();
        assert!(!encoded.contains("allowed"));
        assert_eq!(messages.decode(&encoded).as_deref(), Some(text));
        assert_ne!(messages.encode(text), Some(encoded.clone()));
        assert_eq!(AuthorizationMessages::new().decode(&encoded), None);
    }

    #[test]
    fn a_message_that_was_touched_is_none() {
        let messages = AuthorizationMessages::new();
        let encoded = messages.encode("text").unwrap();
        for index in 0..encoded.len() {
            let mut bytes = encoded.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            // The last character of base64 has bits that stand for nothing, which are to be zero.
            assert_eq!(messages.decode(std::str::from_utf8(&bytes).unwrap()), None, "{index}");
        }
        for text in ["", "A", "ä", "AAAA", &encoded[1..], &format!("{encoded}\n")] {
            assert_eq!(messages.decode(text), None, "{text:?}");
        }
    }
}
