//! The file format of API keys: comma-separated values with a header.
//!
//! Columns come in any order, under names in any case: `Name` and `Key`, which must be there, `Description`, `Enabled`
//! and `UsagePlanIds`; others are left aside. A value may stand in double or in single quotes, which is why a reader of
//! RFC 4180 does not do.
//!
//! Source: the page "API Gateway API key file format" of the developer guide.

use crate::apigateway::faults::bad_request;
use crate::service::Fault;
use crate::service::Secret;

/// A key to import.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line of the file on which it begins.
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) value: Secret,
    pub(super) description: String,
    pub(super) enabled: bool,
    pub(super) plans: Vec<String>,
}

/// The keys of a file.
pub(super) fn parse(file: &[u8]) -> Result<Vec<Row>, Fault> {
    let file = str::from_utf8(file).map_err(|error| {
        let before = file.get(..error.valid_up_to()).unwrap_or_default();
        malformed(1 + before.iter().filter(|byte| **byte == b'\n').count(), "the file is not UTF-8")
    })?;
    let mut records = records(file.strip_prefix('\u{feff}').unwrap_or(file))?.into_iter();
    let Some((_, header)) = records.next() else { return Err(malformed(1, "the file is empty")) };
    let column = |name: &str| header.iter().position(|title| title.trim().eq_ignore_ascii_case(name));
    let (Some(name), Some(key)) = (column("Name"), column("Key")) else {
        return Err(malformed(1, "the columns Name and Key must be there"));
    };
    let (description, enabled, plans) = (column("Description"), column("Enabled"), column("UsagePlanIds"));
    let rows = records.map(|(line, record)| {
        if record.len() > header.len() {
            return Err(malformed(line, "there are more values than columns"));
        }
        let field =
            |column: Option<usize>| column.and_then(|at| record.get(at)).map_or("", |value| value.trim());
        Ok(Row {
            line,
            name: field(Some(name)).to_owned(),
            value: Secret::new(field(Some(key)).to_owned()),
            description: field(description).to_owned(),
            enabled: field(enabled).is_empty() || field(enabled).eq_ignore_ascii_case("true"),
            plans: field(plans)
                .split(',')
                .map(|plan| plan.trim().to_owned())
                .filter(|plan| !plan.is_empty())
                .collect(),
        })
    });
    rows.collect()
}

/// The records of a file that are not blank, each with the number of the line on which it begins.
fn records(file: &str) -> Result<Vec<(usize, Vec<String>)>, Fault> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut characters = file.chars().peekable();
    let (mut line, mut first_line) = (1, 1);
    while characters.peek().is_some() {
        let mut field = String::new();
        let quote = characters.next_if(|&next| next == '"' || next == '\'');
        if let Some(quote) = quote {
            loop {
                match characters.next() {
                    // A quote that is written twice stands for itself.
                    Some(next) if next == quote => match characters.next_if_eq(&quote) {
                        Some(quote) => field.push(quote),
                        None => break,
                    },
                    Some(next) => {
                        line += usize::from(next == '\n');
                        field.push(next);
                    }
                    None => return Err(malformed(first_line, "a quote is not closed")),
                }
            }
        }
        while let Some(next) = characters.next_if(|&next| next != ',' && next != '\n') {
            field.push(next);
        }
        record.push(field);
        let goes_on = characters.next() == Some(',');
        if goes_on && characters.peek().is_some() {
            continue;
        }
        if goes_on {
            record.push(String::new());
        }
        let record = std::mem::take(&mut record);
        if record.len() > 1 || record.iter().any(|field| !field.trim().is_empty()) {
            records.push((first_line, record));
        }
        line += 1;
        first_line = line;
    }
    Ok(records)
}

/// The wording is inferred.
fn malformed(line: usize, what: &str) -> Fault {
    bad_request(format!("Failed to parse API keys: line {line}: {what}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(line: usize, name: &str, value: &str) -> Row {
        Row {
            line,
            name: name.to_owned(),
            value: Secret::new(value.to_owned()),
            description: String::new(),
            enabled: true,
            plans: Vec::new(),
        }
    }

    #[test]
    fn columns_come_in_any_order_and_quotes_of_both_kinds() {
        let file = "Enabled,Name,key,UsageplanIds,note\r\n\
                    FALSE,\"a \"\"b\"\"\",k1,\"c7y23b, glvrsr\",x\r\n\
                    \r\n\
                    ,O'Brien,k2,'c7y23b,glvrsr'\r\n";
        let plans = || vec!["c7y23b".to_owned(), "glvrsr".to_owned()];
        let expected = [
            Row { enabled: false, plans: plans(), ..row(2, "a \"b\"", "k1") },
            Row { plans: plans(), ..row(4, "O'Brien", "k2") },
        ];
        assert_eq!(parse(file.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn a_file_without_its_columns_is_refused() {
        let refused = |file: &str| parse(file.as_bytes()).unwrap_err().message;
        assert_eq!(refused(""), "Failed to parse API keys: line 1: the file is empty");
        assert_eq!(
            refused("Name,value\na,b"),
            "Failed to parse API keys: line 1: the columns Name and Key must be there"
        );
        assert_eq!(
            refused("Name,Key\na,b\nc,d,e"),
            "Failed to parse API keys: line 3: there are more values than columns"
        );
        assert_eq!(refused("Name,Key\na,\"b\nc"), "Failed to parse API keys: line 2: a quote is not closed");
    }

    #[test]
    fn a_file_is_utf_8() {
        let refused = parse(b"Name,Key\na,b\n\xff,d").unwrap_err().message;
        assert_eq!(refused, "Failed to parse API keys: line 3: the file is not UTF-8");
    }

    #[test]
    fn an_empty_last_value_counts() {
        assert_eq!(parse(b"Key,Name\nk,").unwrap(), [row(2, "", "k")]);
    }

    proptest! {
        #[test]
        fn quoted_values_come_back(values in prop::collection::vec("[a-z,'\"\n]{1,6}x", 1..5)) {
            let quoted = |value: &String| format!("\"{}\"", value.replace('"', "\"\""));
            let file = values.iter().map(|value| format!("{},k\n", quoted(value)));
            let file = format!("Name,Key\n{}", file.collect::<String>());
            let names: Vec<String> = parse(file.as_bytes()).unwrap().into_iter().map(|row| row.name).collect();
            let expected: Vec<&str> = values.iter().map(|value| value.trim()).collect();
            prop_assert_eq!(names, expected);
        }

        #[test]
        fn no_file_makes_it_panic(file in ".*") {
            let _ = parse(file.as_bytes());
        }
    }
}
