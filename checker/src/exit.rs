//! How the program ends.

use std::process::ExitCode;

/// The exit codes, the same for every output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// 0: compliant, or the work is done.
    Done = 0,
    /// 1: an unexpected error.
    Error = 1,
    /// 2: wrong usage.
    Usage = 2,
    /// 3: the given filters match nothing.
    NothingToCheck = 3,
    /// 10: at least one stage fails.
    Findings = 10,
    /// 11: something could not be read, so that the result is not complete. Goes before 10.
    Incomplete = 11,
    /// 20: apply failed, or left something undone.
    NotApplied = 20,
    /// 21: verify did not see what it looked for.
    NotVerified = 21,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
