//! Identifiers in AWS's forms, from one seed, and secrets.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::rand::{SecureRandom as _, SystemRandom};
use uuid::Uuid;

const LOWER_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64_OF_SECRETS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HEX: &[u8] = b"0123456789abcdef";

/// Makes identifiers and secrets. With a given seed, the same calls make the same ones; without one, secrets come from the
/// machine's own generator, since identifiers, which everybody sees, tell their seed.
pub struct Ids {
    seed: u64,
    made: AtomicU64,
    secrets: Secrets,
}

/// Where secrets come from.
enum Secrets {
    /// The seed, so that tests can tell them beforehand.
    Seeded,
    /// The machine.
    Machine(SystemRandom),
}

/// Without the seed.
impl fmt::Debug for Ids {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ids").finish_non_exhaustive()
    }
}

impl Ids {
    /// Identifiers from this seed.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self { seed, made: AtomicU64::new(0), secrets: Secrets::Seeded }
    }

    /// Identifiers that differ from run to run, and secrets that nobody can tell.
    #[must_use]
    pub fn random() -> Self {
        let seed = fastrand::u64(..);
        Self { seed, made: AtomicU64::new(0), secrets: Secrets::Machine(SystemRandom::new()) }
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
        self.draw_secret(BASE64, length)
    }

    /// A secret of this many letters of Base32.
    #[must_use]
    pub fn base32_secret(&self, length: usize) -> String {
        self.draw_secret(UPPER_AND_DIGITS, length)
    }

    /// The secret of an access key: 40 characters of base64.
    #[must_use]
    pub fn secret_access_key(&self) -> String {
        self.draw_secret(BASE64_OF_SECRETS, 40)
    }

    /// The password of a service-specific credential: 44 characters of base64, as AWS's examples have, with the padding.
    #[must_use]
    pub fn service_password(&self) -> String {
        let mut password = self.draw_secret(BASE64_OF_SECRETS, 43);
        password.push('=');
        password
    }

    /// An API key's value: letters of both cases and digits.
    #[must_use]
    pub fn alphanumeric(&self, length: usize) -> String {
        self.draw(LETTERS_AND_DIGITS, length)
    }

    /// A number from 0 to 100, without that: for what befalls so many in a hundred.
    #[must_use]
    pub fn percent(&self) -> f64 {
        self.random_source().f64() * 100.0
    }

    /// 32 hexadecimal digits, as in log stream names.
    #[must_use]
    pub fn hex32(&self) -> String {
        self.draw(HEX, 32)
    }

    /// The alphabets of secrets have 32 or 64 letters, so that no letter comes more often than another.
    fn draw_secret(&self, alphabet: &[u8], length: usize) -> String {
        let Secrets::Machine(machine) = &self.secrets else { return self.draw(alphabet, length) };
        let mut bytes = vec![0; length];
        // A machine without a generator has no secrets; what stands in for them is at least not the same in two runs.
        if machine.fill(&mut bytes).is_err() {
            return self.draw(alphabet, length);
        }
        bytes.iter().map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect()
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
