//! restJson1: members bound to path, query, headers and body.

use std::borrow::Cow;

use stagecheck_models::{Kind, Location, Member, Operation, Shape};

use super::text::scalar;
use super::{Malformed, Request, json};
use crate::wire::Document;

/// Reads the input from all its places.
pub(super) fn decode<'a>(
    operation: &Operation,
    shape: &'static Shape,
    request: &Request<'a>,
) -> Result<Document<'a>, Malformed> {
    let members = shape.members();
    let mut input = match members.iter().find(|member| member.location == Location::Payload) {
        Some(payload) => payload_member(payload, request.body)?,
        None if members.iter().any(|member| member.location == Location::Body)
            && !request.body.is_empty() =>
        {
            match json::decode(shape, request.body)? {
                Document::Structure(members) => members,
                _ => Vec::new(),
            }
        }
        None => Vec::new(),
    };
    for member in members {
        let value = match member.location {
            Location::Uri => label(member, request)?,
            Location::Query => query(operation, members, member, request)?,
            Location::Header => header(member, request)?,
            Location::Body | Location::Payload => None,
        };
        input.extend(value.map(|value| (member.name, value)));
    }
    Ok(Document::Structure(input))
}

fn payload_member<'a>(
    member: &Member,
    body: &'a [u8],
) -> Result<Vec<(&'static str, Document<'a>)>, Malformed> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let value = match member.shape.kind {
        Kind::Blob => Document::Blob(Cow::Borrowed(body)),
        _ => json::decode(member.shape, body)?,
    };
    Ok(vec![(member.name, value)])
}

fn label<'a>(member: &Member, request: &Request<'a>) -> Result<Option<Document<'a>>, Malformed> {
    let text = request.labels.iter().find(|(name, _)| *name == member.wire).map(|(_, value)| value.clone());
    text.map(|text| scalar(member.shape, text, member.wire)).transpose()
}

fn query<'a>(
    operation: &Operation,
    members: &[Member],
    member: &Member,
    request: &Request<'a>,
) -> Result<Option<Document<'a>>, Malformed> {
    match member.shape.kind {
        Kind::List { member: item, .. } => {
            let items: Vec<_> = request
                .form
                .all(member.wire)
                .map(|text| scalar(item, text.clone(), member.wire))
                .collect::<Result<_, _>>()?;
            Ok((!items.is_empty()).then_some(Document::List(items)))
        }
        // A map takes every parameter that has no other meaning.
        Kind::Map { value, .. } => {
            let taken = |name: &str| {
                operation.query.iter().any(|(fixed, _)| *fixed == name)
                    || members.iter().any(|bound| bound.location == Location::Query && bound.wire == name)
            };
            let entries: Vec<_> = request
                .form
                .iter()
                .filter(|(name, _)| !taken(name))
                .map(|(name, text)| Ok((name.clone(), scalar(value, text.clone(), name)?)))
                .collect::<Result<_, Malformed>>()?;
            Ok((!entries.is_empty()).then_some(Document::Map(entries)))
        }
        _ => {
            let text = request.form.get(member.wire).cloned();
            text.map(|text| scalar(member.shape, text, member.wire)).transpose()
        }
    }
}

fn header<'a>(member: &Member, request: &Request<'a>) -> Result<Option<Document<'a>>, Malformed> {
    let Some(value) = request.headers.get(member.wire) else { return Ok(None) };
    let text = value
        .to_str()
        .map_err(|_| Malformed::new(format!("the header {} is not plain text", member.wire)))?;
    scalar(member.shape, Cow::Owned(text.to_owned()), member.wire).map(Some)
}
