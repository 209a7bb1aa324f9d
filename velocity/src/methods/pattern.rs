//! Regular expressions as Java writes them, in bounded time.
//!
//! What has neither look-around nor back-references is matched in linear time; what has is given up after
//! [`BACKTRACKS`]. Not taken over from Java: `$` before a line end that is the last character, flags but `i`, `m`, `s` and
//! `x`, and escapes of letters that [`translate`] does not list, which are faults.

use fancy_regex::{Captures, Regex, RegexBuilder};

use crate::error::Fault;
use crate::value::Heap;

/// How large a compiled pattern may be, in bytes. Some thousand characters fit, or two classes of all letters there are.
const SIZE: usize = 128 << 10;

/// What the states of a pattern may take while it is matched, in bytes.
const STATES: usize = 256 << 10;

/// How often a pattern with look-around or back-references may go back in one match.
const BACKTRACKS: usize = 10_000;

/// A pattern, compiled.
pub(crate) struct Pattern {
    source: String,
    search: Regex,
    whole: Regex,
    backtracks: bool,
}

/// Where a pattern matches, and its groups.
pub(super) struct Found {
    start: usize,
    end: usize,
    groups: Vec<Option<(usize, usize)>>,
}

impl Found {
    pub(super) fn start(&self) -> usize {
        self.start
    }

    pub(super) fn end(&self) -> usize {
        self.end
    }
}

impl Pattern {
    /// The steps that compiling takes.
    pub(crate) const STEPS: usize = 20_000;
    /// The memory that a pattern takes: twice its states, and more.
    pub(crate) const MEMORY: usize = 1 << 20;

    pub(crate) fn new(source: &str) -> Result<Self, Fault> {
        let wrong = |reason: String| Fault::Pattern { pattern: source.to_owned(), reason };
        if source.len() > SIZE {
            return Err(wrong("it is too long".to_owned()));
        }
        let translated = translate(source).map_err(wrong)?;
        let compile = |pattern: &str| {
            RegexBuilder::new(pattern)
                .delegate_size_limit(SIZE)
                .delegate_dfa_size_limit(STATES)
                .max_prog_size(SIZE)
                .backtrack_limit(BACKTRACKS)
                .build()
                .map_err(|error| wrong(error.to_string()))
        };
        Ok(Self {
            source: source.to_owned(),
            search: compile(&translated)?,
            whole: compile(&format!(r"\A(?:{translated})\z"))?,
            backtracks: backtracks(&translated),
        })
    }

    /// Counts the steps of one match in a text.
    pub(super) fn count(&self, heap: &mut Heap<'_>, text: &str) -> Result<(), Fault> {
        // Each time that it goes back, it may look at all of the text.
        heap.step(if self.backtracks { 1_000 + 100 * text.len() } else { 100 + 4 * text.len() })
    }

    /// Whether the pattern matches all of a text.
    pub(super) fn matches(&self, text: &str) -> Result<bool, Fault> {
        self.whole.is_match(text).map_err(|error| self.fault(&error))
    }

    /// At most so many matches in a text. As in Java, an empty match may stand right behind another.
    pub(super) fn find(&self, heap: &mut Heap<'_>, text: &str, most: usize) -> Result<Vec<Found>, Fault> {
        let mut all = Vec::new();
        let mut from = 0;
        if !self.backtracks {
            self.count(heap, text)?;
        }
        while all.len() < most && from <= text.len() {
            let rest = text.get(from..).unwrap_or_default();
            if self.backtracks {
                self.count(heap, rest)?;
            } else {
                // A match may look far behind its end, though most do not.
                heap.step(1 + rest.len() / 256)?;
            }
            let captures = self.search.captures_from_pos(text, from).map_err(|error| self.fault(&error))?;
            let Some(found) = captures.and_then(|captures| found(&captures)) else { break };
            heap.reserve(size_of::<Found>() + found.groups.len() * size_of::<Option<(usize, usize)>>())?;
            let next = text.get(found.end..).and_then(|rest| rest.chars().next());
            from =
                if found.start == found.end { found.end + next.map_or(1, char::len_utf8) } else { found.end };
            all.push(found);
        }
        Ok(all)
    }

    /// What matches of this pattern are replaced with: `$1` is a group, `\` escapes.
    pub(super) fn replacement(&self, text: &str) -> Result<Replacement, Fault> {
        let wrong = || Fault::Replacement(text.to_owned());
        let groups = self.search.captures_len();
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text.chars().peekable();
        while let Some(each) = rest.next() {
            match each {
                '\\' => literal.push(rest.next().ok_or_else(wrong)?),
                '$' => {
                    let mut group = rest.next().and_then(digit).ok_or_else(wrong)?;
                    // As Java: more digits belong to it for as long as there is such a group.
                    while let Some(larger) = rest
                        .peek()
                        .copied()
                        .and_then(digit)
                        .map(|next| group * 10 + next)
                        .filter(|all| *all < groups)
                    {
                        group = larger;
                        rest.next();
                    }
                    if group >= groups {
                        return Err(wrong());
                    }
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                    parts.push(Part::Group(group));
                }
                each => literal.push(each),
            }
        }
        parts.push(Part::Literal(literal));
        Ok(Replacement(parts))
    }

    fn fault(&self, error: &fancy_regex::Error) -> Fault {
        Fault::Pattern { pattern: self.source.clone(), reason: error.to_string() }
    }
}

fn found(captures: &Captures<'_, str>) -> Option<Found> {
    let groups: Vec<_> =
        captures.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect();
    let (start, end) = groups.first().copied().flatten()?;
    Some(Found { start, end, groups })
}

fn digit(each: char) -> Option<usize> {
    usize::try_from(each.to_digit(10)?).ok()
}

/// What matches are replaced with.
pub(super) struct Replacement(Vec<Part>);

enum Part {
    Literal(String),
    Group(usize),
}

impl Replacement {
    /// Appends what a match in a text is replaced with.
    pub(super) fn append(&self, result: &mut String, found: &Found, text: &str) {
        for part in &self.0 {
            match part {
                Part::Literal(literal) => result.push_str(literal),
                Part::Group(group) => {
                    let range = found.groups.get(*group).copied().flatten();
                    let group = range.and_then(|(start, end)| text.get(start..end));
                    result.push_str(group.unwrap_or_default());
                }
            }
        }
    }
}

/// Whether a pattern needs look-around, back-references or atomic groups.
fn backtracks(pattern: &str) -> bool {
    const SIGNS: [&str; 9] = ["(?=", "(?!", "(?<=", "(?<!", "(?>", "\\k", "*+", "++", "?+"];
    let referred = |digit: char| pattern.contains(&format!("\\{digit}"));
    SIGNS.iter().any(|sign| pattern.contains(sign)) || pattern.contains("}+") || ('1'..='9').any(referred)
}

/// A pattern of Java's in the words of the library: classes are those of ASCII, `\Q` quotes, `.` stops at Java's line ends.
fn translate(java: &str) -> Result<String, String> {
    let dot_matches_all = java.contains("(?s");
    let mut pattern = String::with_capacity(java.len());
    let mut rest = java;
    let mut classes = 0_usize;
    while let Some(each) = rest.chars().next() {
        rest = rest.get(each.len_utf8()..).unwrap_or_default();
        match each {
            '\\' => rest = escape(rest, classes > 0, &mut pattern)?,
            '.' if classes == 0 && !dot_matches_all => {
                pattern.push_str(r"[^\n\r\x{85}\x{2028}\x{2029}]");
            }
            '[' => {
                classes += 1;
                pattern.push(each);
            }
            ']' => {
                classes = classes.saturating_sub(1);
                pattern.push(each);
            }
            each => pattern.push(each),
        }
    }
    Ok(pattern)
}

/// Translates what stands behind a backslash, and returns what is behind that.
fn escape<'j>(java: &'j str, in_class: bool, pattern: &mut String) -> Result<&'j str, String> {
    let Some(each) = java.chars().next() else { return Err("it ends in a backslash".to_owned()) };
    let rest = java.get(each.len_utf8()..).unwrap_or_default();
    let mut class = |inside: &str, negated: bool| match (negated, in_class) {
        (true, _) => pattern.push_str(&format!("[^{inside}]")),
        (false, true) => pattern.push_str(inside),
        (false, false) => pattern.push_str(&format!("[{inside}]")),
    };
    match each {
        'd' | 'D' => class("0-9", each == 'D'),
        'w' | 'W' => class("a-zA-Z0-9_", each == 'W'),
        's' | 'S' => class(r" \t\n\x0B\f\r", each == 'S'),
        'h' | 'H' => class(r" \t\xA0\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}", each == 'H'),
        'v' | 'V' => class(r"\n\x0B\f\r\x{85}\x{2028}\x{2029}", each == 'V'),
        'p' | 'P' => {
            if let Some((name, rest)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
                && let Some(inside) = posix(name)
            {
                class(inside, each == 'P');
                return Ok(rest);
            }
            pattern.push('\\');
            pattern.push(each);
        }
        'Q' => {
            let (quoted, rest) = rest.split_once("\\E").unwrap_or((rest, ""));
            quoted.chars().for_each(|each| push_literal(each, pattern));
            return Ok(rest);
        }
        'E' => {}
        'u' => {
            let (code, rest) = rest.split_at_checked(4).ok_or("\\u needs four digits")?;
            pattern.push_str(&format!("\\x{{{code}}}"));
            return Ok(rest);
        }
        't' | 'n' | 'r' | 'f' | 'a' | 'e' | 'A' | 'z' | 'b' | 'B' | 'k' | 'x' | '1'..='9' => {
            pattern.push('\\');
            pattern.push(each);
        }
        'R' if !in_class => pattern.push_str(r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])"),
        'Z' => pattern.push_str(r"\z"),
        each if each.is_ascii_alphanumeric() => return Err(format!("\\{each} is not known")),
        each => push_literal(each, pattern),
    }
    Ok(rest)
}

fn push_literal(each: char, pattern: &mut String) {
    if each.is_ascii_punctuation() {
        pattern.push('\\');
    }
    pattern.push(each);
}

/// The classes of POSIX, which are of ASCII in Java.
fn posix(name: &str) -> Option<&'static str> {
    Some(match name {
        "Lower" => "a-z",
        "Upper" => "A-Z",
        "ASCII" => r"\x00-\x7F",
        "Alpha" => "a-zA-Z",
        "Digit" => "0-9",
        "Alnum" => "a-zA-Z0-9",
        "Punct" => r"!-/:-@\[-`{-~",
        "Graph" => "!-~",
        "Print" => " -~",
        "Blank" => r" \t",
        "Cntrl" => r"\x00-\x1F\x7F",
        "XDigit" => "0-9a-fA-F",
        "Space" => r" \t\n\x0B\f\r",
        _ => return None,
    })
}
