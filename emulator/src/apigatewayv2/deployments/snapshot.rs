//! What an API was when it was deployed, and how one such state differs from another.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::apigateway::{ApiGateway, ApiId, of_api};
use crate::apigatewayv2::apis::{Api, Cors};
use crate::apigatewayv2::authorizers::Authorizer;
use crate::apigatewayv2::integration_responses::IntegrationResponse;
use crate::apigatewayv2::integrations::Integration;
use crate::apigatewayv2::models::Model;
use crate::apigatewayv2::route_responses::RouteResponse;
use crate::apigatewayv2::routes::Route;
use crate::apigatewayv2::{Id, of_parts};

/// Rows in the order of their ids.
type Rows<K, V> = Vec<(K, Arc<V>)>;

/// What becomes of rows, in the order of their ids: another row in the place of one, or none.
type Changes<K, V> = Vec<(K, Option<Arc<V>>)>;

/// An API as deployed. Rows are shared with the API's own until these change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(in crate::apigatewayv2) struct Snapshot {
    pub(in crate::apigatewayv2) routes: Rows<Id, Route>,
    /// By their routes' ids and their own.
    pub(in crate::apigatewayv2) route_responses: Rows<(Id, Id), RouteResponse>,
    pub(in crate::apigatewayv2) integrations: Rows<Id, Integration>,
    /// By their integrations' ids and their own.
    pub(in crate::apigatewayv2) integration_responses: Rows<(Id, Id), IntegrationResponse>,
    pub(in crate::apigatewayv2) authorizers: Rows<Id, Authorizer>,
    pub(in crate::apigatewayv2) models: Rows<Id, Model>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::apigatewayv2) cors_configuration: Option<Cors>,
}

/// What makes one snapshot of another.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Difference {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Changes<Id, Route>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    route_responses: Changes<(Id, Id), RouteResponse>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    integrations: Changes<Id, Integration>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    integration_responses: Changes<(Id, Id), IntegrationResponse>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorizers: Changes<Id, Authorizer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    models: Changes<Id, Model>,
    /// Always that of the snapshot that is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    cors_configuration: Option<Cors>,
}

impl Snapshot {
    /// What the API is now, with routes or without.
    pub(in crate::apigatewayv2) fn of_now(state: &ApiGateway, api: &Api, id: &ApiId) -> Self {
        fn shared<K, V>(key: K, row: &Arc<V>) -> (K, Arc<V>) {
            (key, Arc::clone(row))
        }
        let v2 = &state.v2;
        let of_route = v2.route_responses.range(of_parts(id));
        let of_integration = v2.integration_responses.range(of_parts(id));
        Self {
            routes: v2.routes.range(of_api(id)).map(|((_, id), row)| shared(id.clone(), row)).collect(),
            route_responses: of_route
                .map(|((_, route, id), row)| shared((route.clone(), id.clone()), row))
                .collect(),
            integrations: v2
                .integrations
                .range(of_api(id))
                .map(|((_, id), row)| shared(id.clone(), row))
                .collect(),
            integration_responses: of_integration
                .map(|((_, integration, id), row)| shared((integration.clone(), id.clone()), row))
                .collect(),
            authorizers: v2
                .authorizers
                .range(of_api(id))
                .map(|((_, id), row)| shared(id.clone(), row))
                .collect(),
            models: v2.models.range(of_api(id)).map(|((_, id), row)| shared(id.clone(), row)).collect(),
            cors_configuration: api.cors_configuration.clone(),
        }
    }

    /// What makes this one of another.
    pub(super) fn difference_from(&self, other: &Self) -> Difference {
        Difference {
            routes: changes(&other.routes, &self.routes),
            route_responses: changes(&other.route_responses, &self.route_responses),
            integrations: changes(&other.integrations, &self.integrations),
            integration_responses: changes(&other.integration_responses, &self.integration_responses),
            authorizers: changes(&other.authorizers, &self.authorizers),
            models: changes(&other.models, &self.models),
            cors_configuration: self.cors_configuration.clone(),
        }
    }

    /// The snapshot that a difference makes of this one.
    pub(super) fn changed(&self, by: &Difference) -> Self {
        Self {
            routes: changed(&self.routes, &by.routes),
            route_responses: changed(&self.route_responses, &by.route_responses),
            integrations: changed(&self.integrations, &by.integrations),
            integration_responses: changed(&self.integration_responses, &by.integration_responses),
            authorizers: changed(&self.authorizers, &by.authorizers),
            models: changed(&self.models, &by.models),
            cors_configuration: by.cors_configuration.clone(),
        }
    }
}

impl Difference {
    /// What does as the one difference and then the other.
    pub(super) fn then(&self, next: &Self) -> Self {
        Self {
            routes: merged(&self.routes, &next.routes),
            route_responses: merged(&self.route_responses, &next.route_responses),
            integrations: merged(&self.integrations, &next.integrations),
            integration_responses: merged(&self.integration_responses, &next.integration_responses),
            authorizers: merged(&self.authorizers, &next.authorizers),
            models: merged(&self.models, &next.models),
            cors_configuration: next.cors_configuration.clone(),
        }
    }
}

/// What makes the one rows into the others. A row that was put again counts as another, be it alike.
fn changes<K: Ord + Clone, V>(from: &Rows<K, V>, to: &Rows<K, V>) -> Changes<K, V> {
    let pairs = joined(from, to);
    let changed = pairs.into_iter().filter(|(_, before, now)| match (before, now) {
        (Some(before), Some(now)) => !Arc::ptr_eq(before, now),
        _ => true,
    });
    changed.map(|(key, _, now)| (key.clone(), now.cloned())).collect()
}

fn changed<K: Ord + Clone, V>(rows: &Rows<K, V>, by: &Changes<K, V>) -> Rows<K, V> {
    let pairs = joined(rows, by).into_iter();
    let after = pairs.filter_map(|(key, row, change)| {
        let row = match change {
            Some(change) => change.as_ref()?,
            None => row?,
        };
        Some((key.clone(), Arc::clone(row)))
    });
    after.collect()
}

fn merged<K: Ord + Clone, V>(one: &Changes<K, V>, next: &Changes<K, V>) -> Changes<K, V> {
    let pairs = joined(one, next).into_iter();
    pairs.filter_map(|(key, one, next)| Some((key.clone(), next.or(one)?.clone()))).collect()
}

/// What two lists in the order of their keys have for each key.
fn joined<'a, K: Ord, A, B>(
    one: &'a [(K, A)],
    other: &'a [(K, B)],
) -> Vec<(&'a K, Option<&'a A>, Option<&'a B>)> {
    let (mut ones, mut others) = (one.iter().peekable(), other.iter().peekable());
    let mut joined = Vec::with_capacity(one.len().max(other.len()));
    loop {
        let order = match (ones.peek(), others.peek()) {
            (Some((one, _)), Some((other, _))) => one.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return joined,
        };
        let one = if order.is_le() { ones.next() } else { None };
        let other = if order.is_ge() { others.next() } else { None };
        let key = one.map(|(key, _)| key).or_else(|| other.map(|(key, _)| key));
        joined.extend(key.map(|key| (key, one.map(|(_, a)| a), other.map(|(_, b)| b))));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Rows, of which some are shared with `pool`.
    fn rows(pool: &[Arc<u8>], picked: &BTreeMap<u8, prop::sample::Index>) -> Rows<u8, u8> {
        picked.iter().map(|(key, row)| (*key, Arc::clone(row.get(pool)))).collect()
    }

    fn picked() -> impl Strategy<Value = BTreeMap<u8, prop::sample::Index>> {
        prop::collection::btree_map(0..8_u8, any::<prop::sample::Index>(), 0..8)
    }

    proptest! {
        #[test]
        fn differences_lead_from_rows_to_rows(a in picked(), b in picked(), c in picked()) {
            let pool: Vec<Arc<u8>> = (0..3).map(Arc::new).collect();
            let (a, b, c) = (rows(&pool, &a), rows(&pool, &b), rows(&pool, &c));
            let (to_b, to_c) = (changes(&a, &b), changes(&b, &c));
            prop_assert_eq!(&changed(&a, &to_b), &b);
            prop_assert_eq!(&changed(&a, &merged(&to_b, &to_c)), &c);
            prop_assert_eq!(changes(&a, &a), Vec::new());
        }
    }
}
