//! What is wrong with a request is told in the service's own way, and changes nothing.

mod admin;
mod anything;
mod cbor;
mod edge;
mod good;
mod iam;
mod logs;
mod query;
mod quotas;
mod rates;
mod refusal;
mod rest;
mod sockets;
mod unserved;
mod whole;
mod world;

/// 10,000 levels of a bracket, each but the innermost with this inside before the next.
fn deep(open: char, inside: &str, close: char) -> String {
    const LEVELS: usize = 10_000;
    let innermost = if inside.is_empty() { String::new() } else { format!("{inside}0") };
    let opened = format!("{open}{inside}").repeat(LEVELS - 1);
    format!("{opened}{open}{innermost}{close}{}", close.to_string().repeat(LEVELS - 1))
}
