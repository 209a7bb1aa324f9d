//! What is wrong with an import.

use crate::apigateway::faults::bad_request;
use crate::service::Fault;

/// Errors and warnings, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Findings {
    /// Something that the import fails for.
    pub(crate) fn error(&mut self, what: impl Into<String>) {
        self.errors.push(what.into());
    }

    /// Something that the import leaves out.
    pub(crate) fn warn(&mut self, what: impl Into<String>) {
        self.warnings.push(what.into());
    }

    /// Something that the document has in the wrong form.
    pub(crate) fn parse_issue(&mut self, attribute: impl std::fmt::Display) {
        self.warn(format!("Parse issue: attribute {attribute}"));
    }

    /// A part that could not be made. What is no opinion of AWS (a member that is not built) ends the import at once, and
    /// so does a quota, as users report of resources.
    pub(crate) fn unable(&mut self, to_do: impl std::fmt::Display, fault: Fault) -> Result<(), Fault> {
        if fault.status == 429 || fault.status >= 500 {
            return Err(fault);
        }
        self.error(format!("Unable to {to_do}: {}", fault.message));
        Ok(())
    }

    /// The warnings of an import that may stand; the fault of one that may not. The layout is AWS's.
    pub(crate) fn conclude(self, fail_on_warnings: bool) -> Result<Vec<String>, Fault> {
        let list = |lines: &[String]| lines.join("\n\t");
        if !self.errors.is_empty() {
            let mut message = format!("Errors found during import:\n\t{}", list(&self.errors));
            if !self.warnings.is_empty() {
                message.push_str("\nAdditionally, these warnings were found:\n\t");
                message.push_str(&list(&self.warnings));
            }
            return Err(bad_request(message));
        }
        if fail_on_warnings && !self.warnings.is_empty() {
            return Err(bad_request(format!("Warnings found during import:\n\t{}", list(&self.warnings))));
        }
        Ok(self.warnings)
    }
}
