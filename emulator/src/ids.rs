//! Identifiers in AWS's forms, from one seed.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

const LOWER_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64_OF_SECRETS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HEX: &[u8] = b"0123456789abcdef";

/// Makes identifiers. With a given seed, the same calls make the same identifiers.
#[derive(Debug)]
pub struct Ids {
    seed: u64,
    made: AtomicU64,
}

impl Ids {
    /// Identifiers from this seed.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self { seed, made: AtomicU64::new(0) }
    }

    /// Identifiers that differ from run to run.
    #[must_use]
    pub fn random() -> Self {
        Self::seeded(fastrand::u64(..))
    }

    /// A request id: a version 4 UUID.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random_source().u128(..).to_be_bytes()).into_uuid()
    }

    /// An API's or deployment's or resource's id: lower-case letters and digits.
    #[must_use]
    pub fn lower(&self, length: usize) -> String {
        self.draw(LOWER_AND_DIGITS, length)
    }

    /// An IAM unique id or access key id: its prefix, then capitals and the digits 2 to 7.
    #[must_use]
    pub fn upper(&self, prefix: &str, length: usize) -> String {
        format!("{prefix}{}", self.draw(UPPER_AND_DIGITS, length))
    }

    /// An extended request id as in `x-amz-apigw-id`: 15 characters of base64 and `=`.
    #[must_use]
    pub fn extended_request_id(&self) -> String {
        let mut id = self.draw(BASE64, 15);
        id.push('=');
        id
    }

    /// A secret or a token of this many characters.
    #[must_use]
    pub fn secret(&self, length: usize) -> String {
        self.draw(BASE64, length)
    }

    /// The secret of an access key: 40 characters of base64.
    #[must_use]
    pub fn secret_access_key(&self) -> String {
        self.draw(BASE64_OF_SECRETS, 40)
    }

    /// The password of a service-specific credential: 44 characters of base64, as AWS's examples have, with the padding.
    #[must_use]
    pub fn service_password(&self) -> String {
        let mut password = self.draw(BASE64_OF_SECRETS, 43);
        password.push('=');
        password
    }

    /// An API key's value: letters of both cases and digits.
    #[must_use]
    pub fn alphanumeric(&self, length: usize) -> String {
        self.draw(LETTERS_AND_DIGITS, length)
    }

    /// 32 hexadecimal digits, as in log stream names.
    #[must_use]
    pub fn hex32(&self) -> String {
        self.draw(HEX, 32)
    }

    fn draw(&self, alphabet: &[u8], length: usize) -> String {
        let mut random = self.random_source();
        (0..length).map(|_| char::from(alphabet[random.usize(..alphabet.len())])).collect()
    }

    fn random_source(&self) -> fastrand::Rng {
        // The multiplier (2^64 over the golden ratio) spreads consecutive counts over the seeds.
        let count = self.made.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        fastrand::Rng::with_seed(self.seed ^ count)
    }
}
