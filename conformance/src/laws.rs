//! What laws of logs have in common, whatever the type of API.

use anyhow::{Result, anyhow, ensure};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// Headers with what no line may tell, long enough to be told from the six characters that logs show of them. One has
/// letters that JSON writes otherwise.
pub const SECRETS: [(&str, &str); 4] = [
    ("authorization", "Bearer secret-of-authorization-abcdef"),
    ("proxy-authorization", "Digest response=\"secret-of-a-proxy\", opaque=\"\\\", qop=abcdef"),
    ("x-api-key", "secret-of-an-api-key-abcdef"),
    ("x-amz-security-token", "secret-of-a-session-abcdef"),
];

/// What all secrets have in them, and nothing else has.
const MARK: &str = "secret-of-";

/// Refuses lines that tell a secret.
///
/// # Errors
///
/// When one does.
pub fn tell_no_secret<'a>(lines: impl IntoIterator<Item = &'a String>) -> Result<()> {
    for line in lines {
        ensure!(!line.contains(MARK), "a secret in {line}");
    }
    Ok(())
}

/// Refuses a law that does not hold of so many values, which are the same in every run.
///
/// # Errors
///
/// When it does not hold of one, in the simplest form that was found.
pub fn hold<S: Strategy>(cases: u32, values: &S, law: impl AsyncFn(S::Value) -> Result<()>) -> Result<()> {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let held = runner.run(values, |value| {
        let runtime = Runtime::new().map_err(|error| TestCaseError::fail(error.to_string()))?;
        runtime.block_on(law(value)).map_err(|error| TestCaseError::fail(format!("{error:?}")))
    });
    held.map_err(|error| anyhow!("{error}"))
}

/// Does all of this at once.
///
/// # Errors
///
/// When one fails.
pub async fn at_once<F>(tasks: impl IntoIterator<Item = F>) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut running: JoinSet<Result<()>> = tasks.into_iter().collect();
    while let Some(done) = running.join_next().await {
        done??;
    }
    Ok(())
}
