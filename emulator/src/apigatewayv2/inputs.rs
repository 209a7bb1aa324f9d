//! What creating and updating a resource take in common.
//!
//! An update has no patch list: a member that is given takes the place of what is there, one that is not leaves it.

use crate::store::SmallMap;

/// Declares the inputs of creating and updating a resource: the members that only one of them has, and those that
/// both have. The latter come each with the function that puts it into the row, or, where more than the member is
/// needed for that, as a struct of their own.
macro_rules! inputs {
    (
        $create:ident { $($create_key:ident: $create_type:ty),* $(,)? },
        $update:ident { $($update_key:ident: $update_type:ty),* $(,)? },
        $both:ident { $($member:ident: $type:ty),* $(,)? }
    ) => {
        struct $both {
            $($member: Option<$type>,)*
        }

        inputs!(@input $create { $($create_key: $create_type),* }, $both { $($member: $type),* });
        inputs!(@input $update { $($update_key: $update_type),* }, $both { $($member: $type),* });
    };
    (
        $row:ident,
        $create:ident { $($create_key:ident: $create_type:ty),* $(,)? },
        $update:ident { $($update_key:ident: $update_type:ty),* $(,)? },
        { $($member:ident: $type:ty => $put:path),* $(,)? }
    ) => {
        inputs!(@input $row, $create { $($create_key: $create_type),* }, { $($member: $type => $put),* });
        inputs!(@input $row, $update { $($update_key: $update_type),* }, { $($member: $type => $put),* });
    };
    (
        @input $input:ident { $($key:ident: $key_type:ty),* },
        $both:ident { $($member:ident: $type:ty),* }
    ) => {
        inputs!(@struct $input { $($key: $key_type,)* $($member: Option<$type>,)* });

        impl $input {
            /// What both inputs have.
            fn take_settings(&mut self) -> $both {
                $both { $($member: self.$member.take(),)* }
            }
        }
    };
    (
        @input $row:ident,
        $input:ident { $($key:ident: $key_type:ty),* },
        { $($member:ident: $type:ty => $put:path),* }
    ) => {
        inputs!(@struct $input { $($key: $key_type,)* $($member: Option<$type>,)* });

        impl $input {
            /// Puts what is given into the row.
            fn put_into(&mut self, row: &mut $row) {
                $($put(&mut row.$member, self.$member.take());)*
            }
        }
    };
    (@struct $input:ident { $($member:ident: $type:ty,)* }) => {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct $input {
            $($member: $type,)*
        }
    };
}
pub(super) use inputs;

/// A member that always has a value.
pub(super) fn value<T>(present: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *present = given;
    }
}

/// A member that may have no value, and cannot lose it.
pub(super) fn optional<T>(present: &mut Option<T>, given: Option<T>) {
    if given.is_some() {
        *present = given;
    }
}

/// A text that an empty one takes away.
pub(super) fn text<T: AsRef<str>>(present: &mut Option<T>, given: Option<T>) {
    if let Some(given) = given {
        *present = Some(given).filter(|text| !text.as_ref().is_empty());
    }
}

/// A list that an empty one takes away.
pub(super) fn list<T>(present: &mut Option<Vec<T>>, given: Option<Vec<T>>) {
    if let Some(given) = given {
        *present = Some(given).filter(|items| !items.is_empty());
    }
}

/// Entries that are set one by one, and taken away by an empty value.
pub(super) fn entries<V: Entry>(present: &mut SmallMap<String, V>, given: Option<SmallMap<String, V>>) {
    for (name, value) in given.into_iter().flatten() {
        if value.is_nothing() {
            present.remove(&name);
        } else {
            present.insert(name, value);
        }
    }
}

/// [Entries](entries) of a member that is not there without any.
pub(super) fn optional_entries<V: Entry>(
    present: &mut Option<SmallMap<String, V>>,
    given: Option<SmallMap<String, V>>,
) {
    let mut all = present.take().unwrap_or_default();
    entries(&mut all, given);
    *present = Some(all).filter(|all| !all.is_empty());
}

/// The value of an entry.
pub(super) trait Entry {
    /// Whether it asks for the entry to be taken away.
    fn is_nothing(&self) -> bool;
}

impl Entry for String {
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl<V> Entry for SmallMap<String, V> {
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> SmallMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn entries_are_set_one_by_one_and_taken_away_by_an_empty_value() {
        let mut present = Some(map(&[("a", "1"), ("b", "2")]));
        optional_entries(&mut present, Some(map(&[("a", ""), ("c", "3")])));
        assert_eq!(present, Some(map(&[("b", "2"), ("c", "3")])));
        optional_entries(&mut present, None);
        assert_eq!(present, Some(map(&[("b", "2"), ("c", "3")])));
        optional_entries(&mut present, Some(map(&[("b", ""), ("c", "")])));
        assert_eq!(present, None);
    }
}
