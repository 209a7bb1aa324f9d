//! Headers and query parameters as events tell of them: by name, each with its values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Values by name, those of one name in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values(BTreeMap<String, Vec<String>>);

impl Values {
    /// The values of entries.
    pub(super) fn of(entries: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in entries {
            values.entry(name).or_default().push(value);
        }
        Self(values)
    }

    /// One value of each name, the last; null where there is none.
    pub(super) fn last_of_each(&self) -> Value {
        let last = self.0.iter().filter_map(|(name, values)| Some((name, values.last()?.clone())));
        object(last.map(|(name, value)| (name.clone(), value.into())))
    }

    /// The values of each name in a list; null where there is none.
    pub(super) fn all(&self) -> Value {
        object(self.0.iter().map(|(name, values)| (name.clone(), values.clone().into())))
    }

    /// The values of each name with commas between them; null where there is none.
    pub(super) fn joined(&self) -> Value {
        object(self.0.iter().map(|(name, values)| (name.clone(), values.join(",").into())))
    }
}

fn object(entries: impl Iterator<Item = (String, Value)>) -> Value {
    let map: Map<String, Value> = entries.collect();
    if map.is_empty() { Value::Null } else { Value::Object(map) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn several_values_of_a_name_are_told_in_each_way() {
        let entry = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let values = Values::of([entry("b", "2"), entry("a", "x"), entry("b", "1")]);
        assert_eq!(values.last_of_each(), json!({"a": "x", "b": "1"}));
        assert_eq!(values.all(), json!({"a": ["x"], "b": ["2", "1"]}));
        assert_eq!(values.joined(), json!({"a": "x", "b": "2,1"}));
        assert_eq!(Values::default().all(), Value::Null);
    }
}
