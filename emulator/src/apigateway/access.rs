//! Who may call how much: API keys, usage plans, and what was used.

mod api_keys;
mod import_keys;
mod key_csv;
mod opened;
mod usage;
mod usage_plan_keys;
mod usage_plans;

use stagecheck_models::apigateway as operations;

pub(super) use api_keys::{ApiKey, KeyId, no_key};
pub(crate) use opened::{Opened, Rate};
pub(super) use opened::{count, open};
pub(super) use usage::{Day, DayUsage};
pub(super) use usage_plan_keys::UsagePlanKey;
pub(crate) use usage_plans::UsagePlan;
pub(super) use usage_plans::{PlanId, no_plan};

use super::{ApiGateway, ApiId, StageName};
use crate::service::Registrar;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_API_KEY, api_keys::create, &[]);
    registrar.read(&operations::GET_API_KEY, api_keys::get, &[]);
    registrar.read(&operations::GET_API_KEYS, api_keys::list, &[]);
    registrar.write(&operations::UPDATE_API_KEY, api_keys::update, &[]);
    registrar.write(&operations::DELETE_API_KEY, api_keys::delete, &[]);
    registrar.write(&operations::IMPORT_API_KEYS, import_keys::import, &[]);

    registrar.write(&operations::CREATE_USAGE_PLAN, usage_plans::create, &[]);
    registrar.read(&operations::GET_USAGE_PLAN, usage_plans::get, &[]);
    registrar.read(&operations::GET_USAGE_PLANS, usage_plans::list, &[]);
    registrar.write(&operations::UPDATE_USAGE_PLAN, usage_plans::update, &[]);
    registrar.write(&operations::DELETE_USAGE_PLAN, usage_plans::delete, &[]);

    registrar.write(&operations::CREATE_USAGE_PLAN_KEY, usage_plan_keys::create, &[]);
    registrar.read(&operations::GET_USAGE_PLAN_KEY, usage_plan_keys::get, &[]);
    registrar.read(&operations::GET_USAGE_PLAN_KEYS, usage_plan_keys::list, &[]);
    registrar.write(&operations::DELETE_USAGE_PLAN_KEY, usage_plan_keys::delete, &[]);

    registrar.read(&operations::GET_USAGE, usage::get, &[]);
    registrar.write(&operations::UPDATE_USAGE, usage::update, &[]);
}

/// Takes a stage that goes, or all of an API, out of what names it.
pub(crate) fn forget_stages(state: &mut ApiGateway, api: &ApiId, stage: Option<&StageName>) {
    usage_plans::forget_stages(state, api, stage);
    api_keys::forget_stages(state, api, stage);
}
