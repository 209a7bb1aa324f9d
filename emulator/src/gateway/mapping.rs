//! Mapping templates: what API Gateway's variables are in them, and what they override.
//!
//! Source: developer guide, "Variables for data transformations for API Gateway" and "Override your API's request and
//! response parameters and status codes"; the libraries that API Gateway is seen to use are Velocity, Jayway's JsonPath with
//! json-smart, and Apache Commons, whose own behaviour is cited as captured.

mod input;
mod json_path;
mod overrides;
#[cfg(test)]
mod tests;
mod util;

use std::rc::Rc;

use serde_json::Value as Json;
use stagecheck_velocity::{Fault, Key, Limits, Notation, RenderError, Scope, Template, Undefined, Value};

pub(super) use overrides::Overrides;

use input::Input;
use overrides::OverrideTree;
use util::Util;

/// What API Gateway puts out for a reference that has no value: nothing. Reported by users; Velocity itself would put out the
/// reference as it is written.
const UNDEFINED: Undefined = Undefined::Empty;

/// Which way a body goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the method request to the integration.
    Request,
    /// From the integration to the method response.
    Response,
}

/// Names with their values, in the order of the request. Of those with the same name the last one counts: "duplicated query
/// string parameters are not supported", and neither are headers (developer guide, "Important notes").
pub(super) type Parameters<'a> = &'a [(&'a str, &'a str)];

/// What a template is rendered for.
#[derive(Clone, Copy, Debug)]
pub(super) struct MappingInput<'a> {
    /// Which way the body goes.
    pub(super) direction: Direction,
    /// The body: the request's, or what the integration answered.
    pub(super) body: &'a str,
    /// Path parameters of the request.
    pub(super) path: Parameters<'a>,
    /// Query string parameters of the request.
    pub(super) querystring: Parameters<'a>,
    /// Headers of the request, as the client wrote their names.
    pub(super) header: Parameters<'a>,
    /// `$context`, an object.
    pub(super) context: &'a Json,
    /// `$stageVariables`.
    pub(super) stage_variables: Parameters<'a>,
}

/// What became of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapped {
    /// The body that it makes.
    pub(super) text: String,
    /// What it overrides.
    pub(super) overrides: Overrides,
}

/// Why a template could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum MappingError {
    /// The template failed.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// What the request brings is more than a rendering may take.
    #[error("the variables of the template: {0}")]
    Variables(#[source] Fault),
}

/// Renders a template.
pub(super) fn render(template: &Template, input: &MappingInput<'_>) -> Result<Mapped, MappingError> {
    let overrides = OverrideTree::default();
    let mut scope = Scope::new(Limits::default(), UNDEFINED);
    set_variables(&mut scope, input, &overrides).map_err(MappingError::Variables)?;
    let text = template.render(&mut scope)?;
    Ok(Mapped { text, overrides: overrides.into_overrides() })
}

fn set_variables<'a>(
    scope: &mut Scope<'a>,
    input: &MappingInput<'a>,
    overrides: &OverrideTree,
) -> Result<(), Fault> {
    let context = scope.heap().value_of(input.context, Notation::Java)?;
    if let Value::Map(context) = context {
        let (name, tree) = match input.direction {
            Direction::Request => ("requestOverride", overrides.request()),
            Direction::Response => ("responseOverride", overrides.response()),
        };
        let tree = scope.heap().object(tree);
        scope.heap().put(context, Key::from(name), tree)?;
    }
    scope.set("context", context);
    let stage_variables = parameters(scope.heap(), input.stage_variables)?;
    scope.set("stageVariables", stage_variables);
    scope.set_object("input", Rc::new(Input::new(*input)));
    scope.set_object("util", Rc::new(Util));
    Ok(())
}

/// Parameters as a map.
fn parameters(heap: &mut stagecheck_velocity::Heap<'_>, parameters: Parameters<'_>) -> Result<Value, Fault> {
    let entries = parameters
        .iter()
        .map(|(name, value)| Ok((Key::from(*name), heap.string(*value)?)))
        .collect::<Result<Vec<_>, Fault>>()?;
    heap.map(entries)
}
