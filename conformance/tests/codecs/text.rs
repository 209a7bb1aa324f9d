//! Text, as far as each place on the wire can hold it.

use proptest::char::range;
use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy, any, prop_oneof};
use proptest::sample::select;

/// Where a scalar stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Wherever any text can stand: JSON, forms, query strings.
    Anywhere,
    /// A label of a path. An empty one would be another path.
    Label,
    /// A header.
    Header,
    /// An XML document.
    Xml,
}

/// What has a meaning of its own in some format, or is apt to be lost.
const AWKWARD: [char; 32] = [
    '%', '+', '/', ' ', '"', '\'', '<', '>', '&', '=', '?', '#', ';', ':', '\\', '.', ',', '~', '{', '}',
    '[', ']', '\n', '\r', '\t', 'ä', 'ß', '日', '\u{a0}', '\u{85}', '\u{2028}', '🦀',
];

/// Texts for this place.
pub(crate) fn texts(place: Place) -> BoxedStrategy<String> {
    match place {
        Place::Anywhere => characters(0).boxed(),
        Place::Label => characters(1).boxed(),
        // Space around a header's value is not part of it.
        Place::Header => {
            only(|letter| matches!(letter, ' '..='~')).prop_map(|text| text.trim().to_owned()).boxed()
        }
        Place::Xml => only(xml_holds).boxed(),
    }
}

fn only(keeps: fn(char) -> bool) -> impl Strategy<Value = String> {
    characters(0).prop_map(move |text| text.chars().filter(|letter| keeps(*letter)).collect())
}

fn characters(least: usize) -> impl Strategy<Value = String> {
    let one = prop_oneof![4 => select(&AWKWARD[..]), 3 => range(' ', '~'), 1 => any::<char>()];
    vec(one, least..9).prop_map(String::from_iter)
}

/// XML 1.0 has no way to write the other control characters, escaped or not.
pub(crate) fn xml_holds(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}
