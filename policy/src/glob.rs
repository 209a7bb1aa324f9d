//! Wildcards, matched in time that grows with the text and not with what the pattern could be made to try.

use std::collections::HashMap;

/// One step of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// `*`
    AnyText,
    /// `?`
    AnyLetter,
    /// A letter that stands for itself.
    Letter(char),
}

/// The steps of a text in which `*` and `?` are wildcards.
pub(crate) fn steps(text: &str) -> impl Iterator<Item = Step> + '_ {
    text.chars().map(|letter| match letter {
        '*' => Step::AnyText,
        '?' => Step::AnyLetter,
        other => Step::Letter(other),
    })
}

/// A letter, or `None` for any.
type Letter = Option<char>;

/// A pattern made ready for matching: the pieces between its stars, of which the first stands at the text's start
/// and the last at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    pieces: Box<[Box<[Letter]>]>,
}

impl Glob {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut pieces = vec![Vec::new()];
        for step in steps {
            match step {
                Step::AnyText => pieces.push(Vec::new()),
                Step::AnyLetter => push(&mut pieces, None),
                Step::Letter(letter) => push(&mut pieces, Some(letter)),
            }
        }
        Self { pieces: pieces.into_iter().map(Vec::into_boxed_slice).collect() }
    }

    /// Whether the whole text matches.
    ///
    /// Pieces are taken where they first stand: a later place could only leave less text to those that follow.
    pub(crate) fn matches(&self, text: &[char]) -> bool {
        match &*self.pieces {
            [] => text.is_empty(),
            [whole] => whole.len() == text.len() && stands_at_start(whole, text),
            [first, middle @ .., last] => {
                let Some(free) = text.len().checked_sub(first.len() + last.len()) else { return false };
                let (start, rest) = text.split_at(first.len());
                let (mut rest, end) = rest.split_at(free);
                if !stands_at_start(first, start) || !stands_at_start(last, end) {
                    return false;
                }
                for piece in middle {
                    match end_of_first(piece, rest) {
                        Some(end) => rest = &rest[end..],
                        None => return false,
                    }
                }
                true
            }
        }
    }
}

fn push(pieces: &mut [Vec<Letter>], letter: Letter) {
    if let Some(last) = pieces.last_mut() {
        last.push(letter);
    }
}

fn stands_at_start(piece: &[Letter], text: &[char]) -> bool {
    piece.len() <= text.len() && common_start(piece, text) == piece.len()
}

/// How many letters agree from the start.
fn common_start(piece: &[Letter], text: &[char]) -> usize {
    piece.iter().zip(text).take_while(|(wanted, given)| wanted.is_none_or(|wanted| wanted == **given)).count()
}

/// Where a piece that stands in the text for the first time ends.
///
/// It is tried at one place after another, which is quickest on all but hostile texts. Where that has come to more
/// comparisons than there are letters, the rest is searched by bits.
fn end_of_first(piece: &[Letter], text: &[char]) -> Option<usize> {
    let mut left = 4 * (piece.len() + text.len());
    for start in 0..=text.len().checked_sub(piece.len())? {
        let agreed = common_start(piece, &text[start..]);
        if agreed == piece.len() {
            return Some(start + agreed);
        }
        match left.checked_sub(agreed + 1) {
            Some(fewer) => left = fewer,
            None => return end_of_first_by_bits(piece, &text[start..]).map(|end| start + end),
        }
    }
    None
}

/// The Shift-And search: after each letter of the text, bit `i` tells whether the piece's first `i + 1` letters stand
/// right before. A letter costs one step for each 64 letters of the piece, whatever the text is.
fn end_of_first_by_bits(piece: &[Letter], text: &[char]) -> Option<usize> {
    let words = piece.len().div_ceil(64);
    let mut any = vec![0_u64; words];
    let mut places: HashMap<char, Vec<u64>> = HashMap::new();
    for (at, letter) in piece.iter().enumerate() {
        match letter {
            None => any[at / 64] |= 1 << (at % 64),
            Some(letter) => {
                places.entry(*letter).or_insert_with(|| vec![0; words])[at / 64] |= 1 << (at % 64);
            }
        }
    }
    for place in places.values_mut() {
        place.iter_mut().zip(&any).for_each(|(place, any)| *place |= any);
    }
    let last = piece.len().checked_sub(1)?;
    let mut state = vec![0_u64; words];
    for (at, letter) in text.iter().enumerate() {
        let mut carried = 1;
        for (word, place) in state.iter_mut().zip(places.get(letter).unwrap_or(&any)) {
            let shifted = (*word << 1) | carried;
            carried = *word >> 63;
            *word = shifted & place;
        }
        if state[last / 64] >> (last % 64) & 1 == 1 {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Glob::new(steps(pattern)).matches(&text.chars().collect::<Vec<_>>())
    }

    /// The definition of a wildcard, by recursion.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                reference(rest, text) || (!text.is_empty() && reference(pattern, &text[1..]))
            }
            (['?', rest @ ..], [_, tail @ ..]) => reference(rest, tail),
            ([a, rest @ ..], [b, tail @ ..]) if a == b => reference(rest, tail),
            _ => false,
        }
    }

    #[test]
    fn a_hostile_pattern_is_searched_by_bits() {
        let text = "a".repeat(2_048);
        assert!(matches(&"*a".repeat(1_024), &text));
        assert!(!matches(&format!("{}b", "*a".repeat(1_023)), &text));
        assert!(!matches(&format!("*{}b*", "?a".repeat(600)), &text));
        assert!(matches(&format!("*{}b*", "?a".repeat(600)), &format!("{text}b{text}")));
        assert!(matches(&format!("*{}b*", "a".repeat(1_000)), &format!("{text}b")));
    }

    proptest! {
        #[test]
        fn matching_is_what_the_definition_says(pattern in "[abé*?]{0,8}", text in "[abé*?]{0,8}") {
            let expected =
                reference(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
            prop_assert_eq!(matches(&pattern, &text), expected);
        }

        #[test]
        fn both_searches_find_the_same(piece in "[ab?]{1,70}", text in "[ab]{0,200}") {
            let piece: Vec<Letter> = piece.chars().map(|letter| (letter != '?').then_some(letter)).collect();
            let text: Vec<char> = text.chars().collect();
            let naive = (0..=text.len().saturating_sub(piece.len()))
                .find(|start| stands_at_start(&piece, &text[*start..]))
                .map(|start| start + piece.len());
            prop_assert_eq!(end_of_first(&piece, &text), naive);
            prop_assert_eq!(end_of_first_by_bits(&piece, &text), naive);
        }
    }
}
