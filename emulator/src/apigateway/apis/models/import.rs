//! Models of an OpenAPI document, of which there may be very many.

use super::schema::{self, INVALID, Rings};
use super::{JSON, Model, ModelName, check_schema_by, find, invalid, schema_of};
use crate::apigateway::{ApiGateway, ApiId};
use crate::service::{Ctx, Fault};

/// Gives a model the schema that a document has of it, and the description if there is one. Others may not have theirs
/// yet: whether they make rings is left to [`find_rings`].
pub(crate) fn put_schema(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    key: (ApiId, ModelName),
    schema: String,
    description: Option<&str>,
) -> Result<(), Fault> {
    let mut model = Model { schema, ..Model::clone(find(ctx, state, &key)?) };
    if let Some(description) = description {
        model.description = Some(description.to_owned()).filter(|description| !description.is_empty());
    }
    check_schema_by(&model, |text| {
        schema::own_errors(text, &key.0, |name| schema_of(state, &key.0, name).is_some())
    })?;
    state.models.put(key, model);
    Ok(())
}

/// The models among these that are nothing but references to themselves, with what is told of each.
pub(crate) fn find_rings<'n>(
    state: &ApiGateway,
    api: &ApiId,
    names: impl IntoIterator<Item = &'n String>,
) -> Vec<(&'n String, Fault)> {
    let mut rings = Rings::new(api, |name| schema_of(state, api, name));
    let is_json = |name: &str| {
        let model = state.models.get(&(api.clone(), name.into()));
        model.is_some_and(|model| model.content_type == JSON)
    };
    let endless = names.into_iter().filter(|name| is_json(name) && !rings.comes_to_an_end((*name).clone()));
    endless.map(|name| (name, invalid(&[INVALID.to_owned()]))).collect()
}
