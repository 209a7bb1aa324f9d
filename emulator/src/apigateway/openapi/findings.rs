//! What is wrong with an import.

use crate::apigateway::faults::bad_request;
use crate::apigateway::quotas;
use crate::service::Fault;

/// How many errors, and how many warnings, are told one by one. A large document can have a million. That there is a
/// bound, and how what is beyond it is told, is inferred.
const MOST: usize = 100;

/// How many characters of each are told: names in documents may be of any length. Inferred.
const LONGEST: usize = 2_000;

/// Errors and warnings, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    errors: Lines,
    warnings: Lines,
}

/// The first of what was found, and how much more there is.
#[derive(Debug, Default)]
struct Lines {
    kept: Vec<String>,
    more: usize,
}

impl Lines {
    fn add(&mut self, mut line: String) {
        if self.kept.len() == MOST {
            self.more += 1;
            return;
        }
        if let Some((end, _)) = line.char_indices().nth(LONGEST) {
            line.truncate(end);
            line.push('…');
        }
        self.kept.push(line);
    }

    fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    fn into_lines(mut self) -> Vec<String> {
        if self.more > 0 {
            self.kept.push(format!("and {} more", self.more));
        }
        self.kept
    }

    fn into_text(self) -> String {
        self.into_lines().join("\n\t")
    }
}

impl Findings {
    /// Something that the import fails for.
    pub(crate) fn error(&mut self, what: impl Into<String>) {
        self.errors.add(what.into());
    }

    /// Something that the import leaves out.
    pub(crate) fn warn(&mut self, what: impl Into<String>) {
        self.warnings.add(what.into());
    }

    /// Something that the document has in the wrong form.
    pub(crate) fn parse_issue(&mut self, attribute: impl std::fmt::Display) {
        self.warn(format!("Parse issue: attribute {attribute}"));
    }

    /// A part that could not be made, which the import fails for.
    pub(crate) fn unable(&mut self, to_do: impl std::fmt::Display, fault: Fault) -> Result<(), Fault> {
        let fault = opinion(fault)?;
        self.error(format!("Unable to {to_do}: {}", fault.message));
        Ok(())
    }

    /// The warnings of an import that may stand; the fault of one that may not. The layout is AWS's.
    pub(crate) fn conclude(self, fail_on_warnings: bool) -> Result<Vec<String>, Fault> {
        let Self { errors, warnings } = self;
        if !errors.is_empty() {
            let mut message = format!("Errors found during import:\n\t{}", errors.into_text());
            if !warnings.is_empty() {
                message.push_str("\nAdditionally, these warnings were found:\n\t");
                message.push_str(&warnings.into_text());
            }
            return Err(bad_request(message));
        }
        if fail_on_warnings && !warnings.is_empty() {
            return Err(bad_request(format!("Warnings found during import:\n\t{}", warnings.into_text())));
        }
        Ok(warnings.into_lines())
    }
}

/// What AWS has to say of a part. What is no opinion of its own (a member that is not built) ends the import at once, and
/// so does a quota, as users report of resources.
pub(crate) fn opinion(fault: Fault) -> Result<Fault, Fault> {
    if quotas::is_exceeded(&fault) || fault.status >= 500 { Err(fault) } else { Ok(fault) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_bounded() {
        let mut findings = Findings::default();
        for _ in 0..1_000_000 {
            findings.error("no");
            findings.warn("hm");
        }
        findings.warn("é".repeat(1 << 20));
        let message = findings.conclude(false).unwrap_err().message;
        assert!(message.ends_with("\n\thm\n\tand 999901 more"), "{}", &message[message.len() - 100..]);
        assert!(message.contains("\n\tno\n\tand 999900 more\nAdditionally, these warnings were found:"));
        let mut findings = Findings::default();
        findings.warn("é".repeat(1 << 20));
        assert_eq!(findings.conclude(false).unwrap()[0].chars().count(), LONGEST + 1);
    }
}
