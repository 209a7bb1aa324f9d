//! What an element of a statement says of a request, and how sure that is.

use crate::context::Context;
use crate::pattern::{Lacking, Pattern};

/// Whether an element covers a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict<'a> {
    /// Whether it does.
    pub(crate) holds: bool,
    /// Keys that it asked for in vain, so that another request might get another answer. None where it is sure.
    pub(crate) missing: Vec<&'a str>,
}

impl<'a> Verdict<'a> {
    pub(crate) fn sure(holds: bool) -> Self {
        Self { holds, missing: Vec::new() }
    }

    /// What an element says that compares with these patterns, by what it says if those match or do not that have a
    /// variable without a value.
    ///
    /// It does not hold where that is not the same: then no value that the request has makes it hold. So neither
    /// `NotResource` nor `StringNotEquals` holds of a variable without a value.
    ///
    /// Source: AWS IAM user guide, "IAM policy elements: Variables and tags": a statement with a variable that has no
    /// value may be invalid as a whole. Inferred: that it is not while another of its values matches.
    pub(crate) fn of_patterns(
        patterns: &'a [Pattern],
        context: &Context,
        holds: impl Fn(Lacking) -> bool,
    ) -> Self {
        let holds = |defaults, matches| holds(Lacking { defaults, matches });
        if !patterns.iter().any(Pattern::has_variables) {
            return Self::sure(holds(true, false));
        }
        // A default is not the value that another request might have.
        let is_settled = holds(false, false) == holds(false, true);
        let missing = patterns.iter().flat_map(Pattern::variables).filter(|key| context.get(key).is_none());
        Self {
            holds: holds(true, false) && holds(true, true),
            missing: if is_settled { Vec::new() } else { missing.collect() },
        }
    }
}
