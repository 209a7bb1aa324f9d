//! Error answers, in the form of each service.

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::Response;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

/// An error answer that is expected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal<'a> {
    form: Form,
    status: u16,
    code: &'a str,
    /// `None` where the words are the emulator's own, and may change.
    message: Option<&'a str>,
}

/// How an error is written.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// The code in a header, the message in a JSON body.
    Rest,
    /// Code and message in a JSON body.
    Json,
    /// Code and message in a CBOR body.
    Cbor,
    /// Code and message in XML of this namespace.
    Xml(&'static str),
    /// The emulator's own, which have no code.
    Admin,
}

impl<'a> Refusal<'a> {
    /// Of API Gateway, and of the emulator where no service is known.
    pub(crate) fn rest(status: u16, code: &'a str) -> Self {
        Self { form: Form::Rest, status, code, message: None }
    }

    /// Of CloudWatch Logs.
    pub(crate) fn logs(status: u16, code: &'a str) -> Self {
        Self { form: Form::Json, status, code, message: None }
    }

    /// Of the Resource Groups Tagging API, to a request in CBOR.
    pub(crate) fn in_cbor(status: u16, code: &'a str) -> Self {
        Self { form: Form::Cbor, status, code, message: None }
    }

    /// Of IAM.
    pub(crate) fn iam(status: u16, code: &'a str) -> Self {
        Self { form: Form::Xml("https://iam.amazonaws.com/doc/2010-05-08/"), status, code, message: None }
    }

    /// Of STS.
    pub(crate) fn sts(status: u16, code: &'a str) -> Self {
        Self { form: Form::Xml("https://sts.amazonaws.com/doc/2011-06-15/"), status, code, message: None }
    }

    /// Of a service that is not here, in XML.
    pub(crate) fn query(status: u16, code: &'a str) -> Self {
        Self { form: Form::Xml(""), status, code, message: None }
    }

    /// Of the emulator's own endpoints.
    pub(crate) fn admin(status: u16) -> Self {
        Self { form: Form::Admin, status, code: "", message: None }
    }

    /// With this very message.
    pub(crate) fn saying(self, message: &'a str) -> Self {
        Self { message: Some(message), ..self }
    }

    /// Holds an answer against what is expected.
    pub(crate) fn assert_is(&self, answer: &Response<Bytes>) -> Result<()> {
        ensure!(answer.status().as_u16() == self.status, "{self:?}, not {answer:?}");
        let body = &*String::from_utf8_lossy(answer.body());
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let (expected_type, code, message) = match self.form {
            Form::Rest => {
                let message = only_member(body, "message")?;
                ("application/json", header("x-amzn-errortype").map(str::to_owned), message)
            }
            Form::Json => {
                let mut body: Value = serde_json::from_str(body)?;
                let message = body["message"].take().as_str().unwrap_or_default().to_owned();
                let code = body["__type"].as_str().map(str::to_owned);
                ("application/x-amz-json-1.1", code, message)
            }
            Form::Xml(namespace) => {
                let request_id = header("x-amzn-requestid").context("every answer has an id")?;
                let (code, message) = read_xml(body, namespace, request_id)
                    .with_context(|| format!("not an error in XML: {body}"))?;
                ("text/xml", Some(code), message)
            }
            Form::Cbor => {
                ensure!(header("smithy-protocol") == Some("rpc-v2-cbor"), "{answer:?}");
                let (code, message) = read_cbor(body).with_context(|| format!("not an error: {body:?}"))?;
                ("application/cbor", Some(code), message)
            }
            Form::Admin => ("application/json", Some(String::new()), only_member(body, "error")?),
        };
        ensure!(content_type == expected_type, "{self:?} as {expected_type}, not {content_type}: {body}");
        ensure!(code.as_deref() == Some(self.code), "{self:?}, not {code:?}: {body}");
        ensure!(
            self.message.is_none_or(|expected| expected == message),
            "{:?} was expected to be said, not {message:?}",
            self.message
        );
        Ok(())
    }
}

/// The text of the one member that the JSON object has.
fn only_member(body: &str, name: &str) -> Result<String> {
    let body: Value = serde_json::from_str(body).with_context(|| format!("not JSON: {body:?}"))?;
    ensure!(body == json!({name: body[name]}), "{body} has more than {name}");
    Ok(body[name].as_str().with_context(|| format!("no {name} in {body}"))?.to_owned())
}

/// Code and message of an error, between which only lengths are no text.
fn read_cbor(body: &str) -> Option<(String, String)> {
    let (_, rest) = body.split_once("f__type")?;
    let (_, rest) = rest.split_once("com.amazonaws.resourcegroupstaggingapi#")?;
    let (code, message) = rest.split_once("gmessage")?;
    let message = message.trim_start_matches(|first: char| !first.is_ascii_graphic());
    Some((code.to_owned(), message.to_owned()))
}

/// Code and message of an error. Every other byte is as AWS writes it.
fn read_xml(body: &str, namespace: &str, request_id: &str) -> Option<(String, String)> {
    let rest = body.strip_prefix(&format!("<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>"))?;
    let rest = rest.strip_prefix("Sender").or_else(|| rest.strip_prefix("Receiver"))?;
    let (code, rest) = rest.strip_prefix("</Type>\n    <Code>")?.split_once("</Code>\n    <Message>")?;
    let (message, rest) = rest.split_once("</Message>\n")?;
    let end = format!("  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n");
    (rest == end).then(|| (code.to_owned(), message.replace("&quot;", "\"").replace("&gt;", ">")))
}
