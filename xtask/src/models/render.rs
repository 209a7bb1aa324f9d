//! One service model as Rust source.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

/// The services that have come to speak smithy-rpc-v2-cbor since our release of botocore, with the namespaces of their
/// Smithy models. botocore 1.44.5 has the first release's `json` beside it.
const RPC_V2_CBOR: [(&str, &str); 1] =
    [("resourcegroupstaggingapi", "com.amazonaws.resourcegroupstaggingapi")];

/// The source of one service's module.
pub(crate) fn table(service: &str, model: &Value, release: &str) -> Result<String> {
    let metadata = &model["metadata"];
    let full_name = text(metadata, "serviceFullName")?;
    let mut out = String::new();
    writeln!(out, "//! {full_name}. Written by `cargo xtask models` from botocore {release}; do not edit.")?;
    writeln!(out, "\n#![allow(non_upper_case_globals, reason = \"shapes keep their names\")]")?;
    writeln!(
        out,
        "#![allow(clippy::wildcard_imports, reason = \"no service needs every part of a table\")]\n"
    )?;
    writeln!(out, "use crate::model::*;\n")?;
    write_service(&mut out, service, model)?;
    for (index, (name, operation)) in object(model, "operations")?.iter().enumerate() {
        write_operation(&mut out, index, name, operation)?;
    }
    writeln!(out)?;
    let used = Used::by_operations(model)?;
    for (name, shape) in object(model, "shapes")? {
        if used.shapes.contains(name.as_str()) {
            write_shape(&mut out, name, shape).with_context(|| format!("shape {name}"))?;
        }
        if used.errors.contains(name.as_str()) {
            write_error(&mut out, name, shape)?;
        }
    }
    Ok(out)
}

/// The shapes that operations reach. Models also hold leftovers that nothing refers to.
struct Used<'a> {
    shapes: BTreeSet<&'a str>,
    errors: BTreeSet<&'a str>,
}

impl<'a> Used<'a> {
    fn by_operations(model: &'a Value) -> Result<Self> {
        let mut used = Self { shapes: BTreeSet::new(), errors: BTreeSet::new() };
        let mut pending = Vec::new();
        for operation in object(model, "operations")?.values() {
            pending.extend(operation["input"]["shape"].as_str());
            pending.extend(operation["output"]["shape"].as_str());
            for error in operation["errors"].as_array().into_iter().flatten() {
                let name = text(error, "shape")?;
                used.errors.insert(name);
                pending.push(name);
            }
        }
        while let Some(name) = pending.pop() {
            if used.shapes.insert(name) {
                let shape = &model["shapes"][name];
                let members = shape["members"].as_object().into_iter().flat_map(Map::values);
                let parts = ["member", "key", "value"].into_iter().map(|part| &shape[part]);
                pending.extend(members.chain(parts).filter_map(|target| target["shape"].as_str()));
            }
        }
        Ok(used)
    }
}

fn write_service(out: &mut String, service: &str, model: &Value) -> Result<()> {
    let metadata = &model["metadata"];
    let signing_name = metadata["signingName"].as_str().unwrap_or(text(metadata, "endpointPrefix")?);
    let version = text(metadata, "apiVersion")?;
    let protocol = match text(metadata, "protocol")? {
        "rest-json" => "Protocol::RestJson".to_owned(),
        "json" => format!(
            "Protocol::AwsJson {{ target_prefix: {:?}, json_version: {:?} }}",
            text(metadata, "targetPrefix")?,
            text(metadata, "jsonVersion")?
        ),
        "query" => {
            format!("Protocol::AwsQuery {{ xml_namespace: {:?} }}", text(metadata, "xmlNamespace")?)
        }
        other => bail!("protocol {other} has no codec"),
    };
    let other_protocols = match RPC_V2_CBOR.into_iter().find(|(name, _)| *name == service) {
        Some((_, namespace)) => format!(
            "&[Protocol::RpcV2Cbor {{ service_name: {:?}, namespace: {namespace:?} }}]",
            text(metadata, "targetPrefix")?
        ),
        None => "&[]".to_owned(),
    };
    let operations = object(model, "operations")?;
    writeln!(out, "/// {}.", text(metadata, "serviceFullName")?)?;
    writeln!(
        out,
        "pub static SERVICE: Service = Service {{ name: {service:?}, signing_name: {signing_name:?}, \
         version: {version:?}, protocol: {protocol}, other_protocols: {other_protocols}, \
         operations: &OPERATIONS }};\n"
    )?;
    write!(out, "static OPERATIONS: [&Operation; {}] = [", operations.len())?;
    for name in operations.keys() {
        write!(out, "&{}, ", constant_name(name))?;
    }
    writeln!(out, "];\n")?;
    Ok(())
}

fn write_operation(out: &mut String, index: usize, name: &str, operation: &Value) -> Result<()> {
    let http = &operation["http"];
    let method = text(http, "method")?;
    let uri = text(http, "requestUri")?;
    let status = http["responseCode"].as_u64().unwrap_or(200);
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let path: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(segment).collect();
    let query: Vec<String> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            format!("({key:?}, {value:?})")
        })
        .collect();
    let errors: Vec<String> = operation["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| Ok(format!("&{}", error_name(text(error, "shape")?))))
        .collect::<Result<_>>()?;
    let wrapper = operation["output"]["resultWrapper"].as_str();
    writeln!(out, "/// `{name}`: {method} {uri}")?;
    writeln!(
        out,
        "pub static {}: Operation = Operation {{ service: &SERVICE, index: {index}, name: {name:?}, \
         method: {method:?}, path: &[{}], query: &[{}], status: {status}, input: {}, output: {}, \
         result_wrapper: {wrapper:?}, errors: &[{}] }};",
        constant_name(name),
        path.join(", "),
        query.join(", "),
        shape_reference(&operation["input"]),
        shape_reference(&operation["output"]),
        errors.join(", "),
    )?;
    Ok(())
}

fn segment(part: &str) -> String {
    match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(label) => match label.strip_suffix('+') {
            Some(greedy) => format!("Segment::Greedy({greedy:?})"),
            None => format!("Segment::Label({label:?})"),
        },
        None => format!("Segment::Literal({part:?})"),
    }
}

fn shape_reference(reference: &Value) -> String {
    match reference["shape"].as_str() {
        Some(name) => format!("Some(&{})", shape_name(name)),
        None => "None".to_owned(),
    }
}

fn write_shape(out: &mut String, name: &str, shape: &Value) -> Result<()> {
    let kind = match text(shape, "type")? {
        "structure" => {
            let members = members(out, name, shape)?;
            let stream = shape["eventstream"].as_bool() == Some(true);
            format!("Kind::{}(&[{members}])", if stream { "EventStream" } else { "Structure" })
        }
        "list" => {
            let form = if shape["flattened"].as_bool() == Some(true) {
                "ListForm::Flattened".to_owned()
            } else {
                let item = shape["member"]["locationName"].as_str().unwrap_or("member");
                format!("ListForm::Wrapped({item:?})")
            };
            format!(
                "Kind::List {{ member: &{}, form: {form} }}",
                shape_name(text(&shape["member"], "shape")?)
            )
        }
        "map" => {
            ensure!(
                shape["key"]["locationName"].is_null() && shape["flattened"].is_null(),
                "a map with names of its own: teach the generator MapForm"
            );
            format!(
                "Kind::Map {{ key: &{}, value: &{}, form: MapForm::DEFAULT }}",
                shape_name(text(&shape["key"], "shape")?),
                shape_name(text(&shape["value"], "shape")?)
            )
        }
        "string" => format!("Kind::String(&[{}])", enumeration(&shape["enum"])),
        "boolean" => "Kind::Boolean".to_owned(),
        "integer" => "Kind::Integer".to_owned(),
        "long" => "Kind::Long".to_owned(),
        "double" | "float" => "Kind::Double".to_owned(),
        "blob" => "Kind::Blob".to_owned(),
        "timestamp" => {
            format!("Kind::Timestamp({})", timestamp_format(&shape["timestampFormat"])?)
        }
        other => bail!("type {other} has no table form"),
    };
    writeln!(
        out,
        "static {}: Shape = Shape::new({name:?}, {kind}){};",
        shape_name(name),
        constraints(shape)
    )?;
    Ok(())
}

/// The members of a structure. An enumeration given at a member becomes a shape of its own, written first.
fn members(out: &mut String, structure: &str, shape: &Value) -> Result<String> {
    let required: Vec<&str> =
        shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let payload = shape["payload"].as_str();
    let mut rendered = Vec::new();
    for (name, member) in object(shape, "members")? {
        let mut target = text(member, "shape")?.to_owned();
        if member["enum"].is_array() {
            target = format!("{structure}{name}");
            let values = enumeration(&member["enum"]);
            writeln!(
                out,
                "static {}: Shape = Shape::new({target:?}, Kind::String(&[{values}]));",
                shape_name(&target)
            )?;
        }
        let mut line = format!("Member::new({name:?}, &{})", shape_name(&target));
        if let Some(wire) = member["locationName"].as_str().filter(|wire| wire != name) {
            write!(line, ".wire({wire:?})")?;
        }
        let location = match member["location"].as_str() {
            Some("uri") => Some("Uri"),
            Some("querystring") => Some("Query"),
            Some("header") => Some("Header"),
            Some(other) => bail!("location {other} has no codec"),
            None if payload == Some(name) => Some("Payload"),
            None => None,
        };
        if let Some(location) = location {
            write!(line, ".at(Location::{location})")?;
        }
        if required.contains(&name.as_str()) {
            line.push_str(".required()");
        }
        rendered.push(line);
    }
    Ok(rendered.join(", "))
}

fn constraints(shape: &Value) -> String {
    let mut out = String::new();
    for bound in ["min", "max"] {
        if let Some(value) = shape[bound].as_i64() {
            out.push_str(&format!(".{bound}({value})"));
        }
    }
    if let Some(pattern) = shape["pattern"].as_str() {
        out.push_str(&format!(".pattern({pattern:?})"));
    }
    if shape["sensitive"].as_bool() == Some(true) {
        out.push_str(".sensitive()");
    }
    out
}

fn timestamp_format(format: &Value) -> Result<&'static str> {
    Ok(match format.as_str() {
        None => "None",
        Some("iso8601") => "Some(TimestampFormat::Iso8601)",
        Some("unixTimestamp") => "Some(TimestampFormat::UnixTimestamp)",
        Some(other) => bail!("timestamp format {other} has no codec"),
    })
}

fn write_error(out: &mut String, name: &str, shape: &Value) -> Result<()> {
    let error = &shape["error"];
    let code = error["code"].as_str().unwrap_or(name);
    let fault = shape["fault"].as_bool() == Some(true);
    let status = error["httpStatusCode"].as_u64().unwrap_or(if fault { 500 } else { 400 });
    writeln!(
        out,
        "static {}: ErrorShape = ErrorShape {{ code: {code:?}, status: {status}, shape: &{} }};",
        error_name(name),
        shape_name(name)
    )?;
    Ok(())
}

fn enumeration(values: &Value) -> String {
    let values: Vec<String> =
        values.as_array().into_iter().flatten().filter_map(Value::as_str).map(|v| format!("{v:?}")).collect();
    values.join(", ")
}

fn shape_name(shape: &str) -> String {
    format!("{shape}Shape")
}

fn error_name(shape: &str) -> String {
    format!("{shape}Error")
}

/// `UpdateStage` as `UPDATE_STAGE`, `ListMFADevices` as `LIST_MFA_DEVICES`.
fn constant_name(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (position, &letter) in letters.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|p| letters.get(p));
        let after = letters.get(position + 1);
        let starts_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if starts_word {
            out.push('_');
        }
        out.extend(letter.to_uppercase());
    }
    out
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("no {key} in {value}"))
}

fn object<'a>(value: &'a Value, key: &str) -> Result<&'a Map<String, Value>> {
    value[key].as_object().with_context(|| format!("no {key} in the model"))
}

#[cfg(test)]
mod tests {
    use super::constant_name;

    #[test]
    fn constants_split_at_words() {
        assert_eq!(constant_name("UpdateStage"), "UPDATE_STAGE");
        assert_eq!(constant_name("ListMFADevices"), "LIST_MFA_DEVICES");
        assert_eq!(constant_name("CreateOpenIDConnectProvider"), "CREATE_OPEN_ID_CONNECT_PROVIDER");
        assert_eq!(constant_name("GetSSHPublicKey"), "GET_SSH_PUBLIC_KEY");
    }
}
