//! What becomes of every member of every input: the account that no member is silently dropped.
//!
//! A [`Ledger`] takes the same registrations as the server. From the handler's input type it derives which members
//! serde asks for, and holds them, with the members declared as refused or ignored, against the model.

use std::cell::RefCell;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use stagecheck_models::{Kind, Operation, Service, Shape};

use super::Document;
use crate::service::Mismatch;
use crate::service::{Ctx, Fault, Registrar, Unread};
use crate::store::Scopes;
use crate::time::Timestamp;

/// The accounts of one service's operations.
#[derive(Debug)]
pub struct Ledger {
    /// The service.
    pub service: &'static Service,
    /// One account per implemented operation, in the order of registration.
    pub accounts: Vec<Account>,
}

/// What becomes of the members of one operation's input.
#[derive(Debug)]
pub struct Account {
    /// The operation.
    pub operation: &'static Operation,
    /// Members that the handler reads, as dotted paths.
    pub read: Vec<String>,
    /// Members that it does not read, with the reason.
    pub unread: &'static [Unread],
    /// Where account and model disagree. Empty in a released emulator.
    pub errors: Vec<String>,
}

impl Ledger {
    /// The accounts of what `register` registers.
    #[must_use]
    pub fn of<S>(service: &'static Service, register: impl FnOnce(&mut Entries<S>)) -> Self {
        let mut entries = Entries { accounts: Vec::new(), states: std::marker::PhantomData };
        register(&mut entries);
        Self { service, accounts: entries.accounts }
    }

    /// The account of an operation; `None` where it is not implemented.
    #[must_use]
    pub fn account(&self, operation: &Operation) -> Option<&Account> {
        self.accounts.iter().find(|account| account.operation == operation)
    }
}

/// Takes registrations and keeps their accounts.
#[derive(Debug)]
pub struct Entries<S> {
    accounts: Vec<Account>,
    states: std::marker::PhantomData<fn(S)>,
}

impl<S> Entries<S> {
    fn enter<I: DeserializeOwned>(&mut self, operation: &'static Operation, unread: &'static [Unread]) {
        let mut errors = Vec::new();
        let mut read = Vec::new();
        if let Some(shape) = operation.input {
            let asked = RefCell::new(Vec::new());
            let sample = Recording { document: sample(shape, 0), path: String::new(), asked: &asked };
            if let Err(error) = I::deserialize(sample) {
                errors.push(format!("a full input is not taken: {error}"));
            }
            read = asked.into_inner();
            reconcile(shape, "", &read, unread, &mut errors);
            let named =
                read.iter().map(String::as_str).chain(unread.iter().map(|each| -> &str { each.member() }));
            errors.extend(
                named
                    .filter(|member| !exists(shape, member))
                    .map(|member| format!("{member} is not in the model")),
            );
        }
        if self.accounts.iter().any(|account| account.operation == operation) {
            errors.push("registered twice".to_owned());
        }
        self.accounts.push(Account { operation, read, unread, errors });
    }
}

impl<S> Registrar<S> for Entries<S> {
    fn read<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        _handler: fn(&Ctx<'_>, &S, I) -> Result<O, Fault>,
        unread: &'static [Unread],
    ) {
        self.enter::<I>(operation, unread);
    }

    fn write<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        _handler: fn(&Ctx<'_>, &mut S, I) -> Result<O, Fault>,
        unread: &'static [Unread],
    ) {
        self.enter::<I>(operation, unread);
    }

    fn free<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        _handler: impl Fn(&Ctx<'_>, &Scopes<S>, I) -> Result<O, Fault> + Send + Sync + 'static,
        unread: &'static [Unread],
    ) {
        self.enter::<I>(operation, unread);
    }

    fn waiting<I: DeserializeOwned + Send + 'static, O: Serialize + Send + 'static>(
        &mut self,
        operation: &'static Operation,
        _handler: impl for<'a> Fn(&'a Ctx<'a>, Arc<Scopes<S>>, I) -> BoxFuture<'a, Result<O, Fault>>
        + Send
        + Sync
        + 'static,
        unread: &'static [Unread],
    ) {
        self.enter::<I>(operation, unread);
    }
}

/// Each member of the model is read or declared unread, and not both.
fn reconcile(
    shape: &'static Shape,
    prefix: &str,
    read: &[String],
    unread: &[Unread],
    errors: &mut Vec<String>,
) {
    for member in shape.members() {
        let path = format!("{prefix}{}", member.name);
        let declared = unread.iter().filter(|each| each.member() == path).count();
        let is_read = read.contains(&path);
        match (is_read, declared) {
            (false, 1) => {}
            (true, 0) => {
                let inner = format!("{path}.");
                let reads_within = read.iter().any(|each| each.starts_with(&inner))
                    || unread.iter().any(|each| each.member().starts_with(&inner));
                if reads_within {
                    reconcile(contents(member.shape), &inner, read, unread, errors);
                }
            }
            (false, 0) => errors.push(format!("{path} is neither read nor declared unread")),
            (true, _) => errors.push(format!("{path} is read and declared unread")),
            (false, _) => errors.push(format!("{path} is declared unread twice")),
        }
    }
}

/// What a list or map is of, as far down as it goes; a member's path does not tell them apart.
fn contents(shape: &'static Shape) -> &'static Shape {
    match shape.kind {
        Kind::List { member, .. } => contents(member),
        Kind::Map { value, .. } => contents(value),
        _ => shape,
    }
}

fn exists(shape: &'static Shape, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    shape
        .members()
        .iter()
        .find(|member| member.name == name)
        .is_some_and(|member| rest.is_none_or(|rest| exists(contents(member.shape), rest)))
}

/// A value with every member, for a handler's input type to be read from.
fn sample(shape: &'static Shape, depth: usize) -> Document<'static> {
    const DEEPEST: usize = 8;
    match shape.kind {
        Kind::Structure(members) | Kind::EventStream(members) if depth < DEEPEST => Document::Structure(
            members.iter().map(|member| (member.name, sample(member.shape, depth + 1))).collect(),
        ),
        Kind::List { member, .. } if depth < DEEPEST => Document::List(vec![sample(member, depth + 1)]),
        Kind::Map { value, .. } if depth < DEEPEST => {
            Document::Map(vec![("key".into(), sample(value, depth + 1))])
        }
        Kind::Structure(_) | Kind::EventStream(_) => Document::Structure(Vec::new()),
        Kind::List { .. } => Document::List(Vec::new()),
        Kind::Map { .. } => Document::Map(Vec::new()),
        Kind::String(values) => Document::Text(values.first().copied().unwrap_or("text").into()),
        Kind::Boolean => Document::Boolean(true),
        Kind::Integer | Kind::Long => Document::Integer(1),
        Kind::Double => Document::Double(1.0),
        Kind::Blob => Document::Blob(b"bytes".as_slice().into()),
        Kind::Timestamp(_) => Document::Timestamp(Timestamp::from_millis(0)),
    }
}

/// Gives a document to serde and writes down which members it asks for.
struct Recording<'a> {
    document: Document<'static>,
    path: String,
    asked: &'a RefCell<Vec<String>>,
}

impl Recording<'_> {
    fn of(&self, document: Document<'static>, path: String) -> Self {
        Self { document, path, asked: self.asked }
    }
}

impl<'de> IntoDeserializer<'de, Mismatch> for Recording<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Recording<'_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.document {
            Document::List(ref items) => {
                let items = items.iter().map(|item| self.of(item.clone(), self.path.clone()));
                visitor.visit_seq(SeqDeserializer::new(items))
            }
            Document::Map(ref entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (key.to_string(), self.of(value.clone(), self.path.clone())));
                visitor.visit_map(MapDeserializer::new(entries))
            }
            document => document.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let prefix = if self.path.is_empty() { String::new() } else { format!("{}.", self.path) };
        self.asked.borrow_mut().extend(fields.iter().map(|field| format!("{prefix}{field}")));
        let members = fields.iter().filter_map(|field| {
            let value = self.document.member(field)?.clone();
            Some((*field, self.of(value, format!("{prefix}{field}"))))
        });
        visitor.visit_map(MapDeserializer::new(members))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.document.deserialize_enum(name, variants, visitor)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use stagecheck_models::apigateway;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "only its fields' names count")]
    struct Input {
        rest_api_id: String,
        embed: Vec<String>,
        colour: Option<String>,
    }

    #[test]
    fn disagreements_are_named_both_ways() {
        let ledger = Ledger::of::<()>(&apigateway::SERVICE, |entries| {
            entries.read(
                &apigateway::GET_DEPLOYMENT,
                |_, (), _: Input| Ok(()),
                &[Unread::Ignored("embed", "read and ignored"), Unread::Ignored("shade", "no such member")],
            );
        });
        assert_eq!(
            ledger.accounts[0].errors,
            [
                "deploymentId is neither read nor declared unread",
                "embed is read and declared unread",
                "colour is not in the model",
                "shade is not in the model",
            ]
        );
    }
}
