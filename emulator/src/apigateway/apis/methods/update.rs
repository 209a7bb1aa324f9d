//! UpdateMethod: the paths of a method and what patches do there.

use std::sync::Arc;

use super::{Method, PatchMethod, find};
use crate::apigateway::ApiGateway;
use crate::apigateway::faults::{no_content_type, no_parameter};
use crate::apigateway::patch::{self, Op, PatchRule};
use crate::service::{Ctx, Fault};

pub(in crate::apigateway::apis) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PatchMethod,
) -> Result<Arc<Method>, Fault> {
    let (key, operations) = input.split();
    let mut method = Method::clone(find(ctx, state, &key)?);
    patch::apply_or(&mut method, &PATCHES, &operations, |change| patch::invalid(&PATCHES, change))?;
    method.check(state, &key.0)?;
    Ok(state.methods.put(key, method))
}

const ENTRY: &[Op] = &[Op::Add, Op::Replace, Op::Remove];

const PATCHES: [PatchRule<Method>; 8] = [
    PatchRule::new("/authorizationType", &[Op::Replace], |method, change| {
        method.authorization_type = change.value().into();
        Ok(())
    }),
    PatchRule::new("/authorizerId", &[Op::Replace], |method, change| {
        method.authorizer_id = change.optional();
        Ok(())
    }),
    PatchRule::new("/authorizationScopes", &[Op::Add, Op::Remove], |method, change| {
        let scopes = method.authorization_scopes.get_or_insert_default();
        scopes.retain(|scope| scope != change.value());
        if change.op == Op::Add {
            scopes.push(change.value().to_owned());
        }
        if scopes.is_empty() {
            method.authorization_scopes = None;
        }
        Ok(())
    }),
    PatchRule::new("/apiKeyRequired", &[Op::Replace], |method, change| {
        method.api_key_required = change.boolean();
        Ok(())
    }),
    PatchRule::new("/operationName", &[Op::Replace, Op::Remove], |method, change| {
        method.operation_name = change.optional();
        Ok(())
    }),
    PatchRule::new("/requestValidatorId", &[Op::Replace], |method, change| {
        method.request_validator_id = change.optional();
        Ok(())
    }),
    PatchRule::new("/requestParameters/{name}", ENTRY, |method, change| {
        change.set_present_entry(&mut method.request_parameters, change.boolean(), no_parameter)
    }),
    PatchRule::new("/requestModels/{type}", ENTRY, |method, change| {
        change.set_present_entry(&mut method.request_models, change.value().to_owned(), no_content_type)
    }),
];
