//! Reading answers in XML, without what wrote them.

use anyhow::{Context as _, Result};

/// The text of an element that is in a document once, with its references resolved.
///
/// # Errors
///
/// When there is none.
pub fn element(xml: &str, name: &str) -> Result<String> {
    let rest = xml.split_once(&format!("<{name}>")).map(|(_, rest)| rest);
    let text = rest.and_then(|rest| rest.split_once(&format!("</{name}>"))).map(|(text, _)| text);
    let text = text.with_context(|| format!("no {name} in {xml}"))?;
    // The ampersand comes last, so that what it gives is no reference.
    let references = [
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#xA;", "\n"),
        ("&amp;", "&"),
    ];
    Ok(references.iter().fold(text.to_owned(), |text, (reference, letter)| text.replace(reference, letter)))
}
