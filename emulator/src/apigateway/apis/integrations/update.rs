//! UpdateIntegration: the paths of an integration and what patches do there.

use super::{Integration, longest_timeout};
use crate::apigateway::ApiGateway;
use crate::apigateway::apis::methods::{self, PatchMethod};
use crate::apigateway::faults::{self, no_content_type, no_parameter};
use crate::apigateway::patch::{self, Op, PatchRule};
use crate::service::{Ctx, Fault};

pub(in crate::apigateway::apis) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PatchMethod,
) -> Result<Integration, Fault> {
    let (key, operations) = input.split();
    let longest = longest_timeout(ctx, state, &key.0);
    methods::change(ctx, state, &key, |_, method| {
        let mut integration = method.method_integration.take().ok_or_else(faults::no_integration)?;
        patch::apply_or(&mut integration, &PATCHES, &operations, |change| patch::invalid(&PATCHES, change))?;
        integration.check(ctx, method, longest)?;
        method.method_integration = Some(integration.clone());
        Ok(integration)
    })
}

const SET: &[Op] = &[Op::Replace];
const ENTRY: &[Op] = &[Op::Add, Op::Replace, Op::Remove];

const PATCHES: [PatchRule<Integration>; 16] = [
    PatchRule::new("/type", SET, |integration, change| {
        const TYPES: [&str; 5] = ["HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"];
        integration.r#type = change.one_of(&TYPES)?.into();
        Ok(())
    }),
    PatchRule::new("/httpMethod", SET, |integration, change| {
        integration.http_method = change.optional();
        Ok(())
    }),
    PatchRule::new("/uri", SET, |integration, change| {
        integration.uri = change.optional();
        Ok(())
    }),
    PatchRule::new("/connectionType", SET, |integration, change| {
        integration.connection_type = Some(change.one_of(&["INTERNET", "VPC_LINK"])?.into());
        Ok(())
    }),
    PatchRule::new("/connectionId", SET, |integration, change| {
        integration.connection_id = change.optional();
        Ok(())
    }),
    PatchRule::new("/integrationTarget", SET, |integration, change| {
        integration.integration_target = change.optional();
        Ok(())
    }),
    PatchRule::new("/credentials", SET, |integration, change| {
        integration.credentials = change.optional();
        Ok(())
    }),
    PatchRule::new("/requestParameters/{name}", ENTRY, |integration, change| {
        let value = change.value().to_owned();
        change.set_present_entry(&mut integration.request_parameters, value, no_parameter)
    }),
    PatchRule::new("/requestTemplates/{type}", ENTRY, |integration, change| {
        let template = change.value().into();
        change.set_present_entry(&mut integration.request_templates, template, no_content_type)
    }),
    PatchRule::new("/passthroughBehavior", SET, |integration, change| {
        integration.passthrough_behavior = change.value().into();
        Ok(())
    }),
    PatchRule::new("/contentHandling", SET, |integration, change| {
        integration.content_handling = change.optional_of(&["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"])?;
        Ok(())
    }),
    PatchRule::new("/responseTransferMode", SET, |integration, change| {
        integration.response_transfer_mode = Some(change.one_of(&["BUFFERED", "STREAM"])?.into());
        Ok(())
    }),
    PatchRule::new("/timeoutInMillis", SET, |integration, change| {
        integration.timeout_in_millis = change.number()?;
        Ok(())
    }),
    PatchRule::new("/cacheNamespace", SET, |integration, change| {
        integration.cache_namespace = change.value().into();
        Ok(())
    }),
    PatchRule::new("/cacheKeyParameters/{name}", &[Op::Add, Op::Remove], |integration, change| {
        let keys = &mut integration.cache_key_parameters;
        let before = keys.len();
        keys.retain(|key| key != change.captured(0));
        if change.op == Op::Add {
            keys.push(change.captured(0).to_owned());
        } else if keys.len() == before {
            return Err(no_parameter());
        }
        Ok(())
    }),
    PatchRule::new("/tlsConfig/insecureSkipVerification", SET, |integration, change| {
        integration.tls_config.get_or_insert_default().insecure_skip_verification = change.boolean();
        Ok(())
    }),
];
