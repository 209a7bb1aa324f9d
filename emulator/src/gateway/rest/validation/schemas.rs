//! The schemas of deployed models, made ready once.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::{Draft, Validator};
use parking_lot::Mutex;
use serde_json::Value;

use super::words;
use crate::apigateway::{Deployment, flatten};

/// How many are kept. Beyond, all are made anew.
const KEPT: usize = 1000;

/// A deployment's address, and a model's name.
type Key = (usize, String);

/// A deployment, and a schema where the model has one.
type Ready = (Arc<Deployment>, Option<Arc<Validator>>);

/// Schemas by deployment and model. The deployment is kept with them, so that no other comes to lie at its address.
#[derive(Default)]
pub(crate) struct Schemas {
    ready: Mutex<HashMap<Key, Ready>>,
}

impl Schemas {
    /// What a model finds wrong with a body. A model that is gone, or no schema, finds nothing.
    pub(super) fn errors(&self, deployment: &Arc<Deployment>, model: &str, body: &Value) -> Vec<String> {
        self.get(deployment, model).map(|schema| words::of(&schema, body)).unwrap_or_default()
    }

    fn get(&self, deployment: &Arc<Deployment>, model: &str) -> Option<Arc<Validator>> {
        let key = (Arc::as_ptr(deployment).addr(), model.to_owned());
        if let Some((_, schema)) = self.ready.lock().get(&key) {
            return schema.clone();
        }
        let schema = compile(deployment, model).map(Arc::new);
        let mut ready = self.ready.lock();
        if ready.len() == KEPT {
            ready.clear();
        }
        ready.insert(key, (Arc::clone(deployment), schema.clone()));
        schema
    }
}

fn compile(deployment: &Deployment, model: &str) -> Option<Validator> {
    let schema_of =
        |name: &str| deployment.models().find(|model| model.name == name).map(|model| model.schema.as_str());
    let schema = flatten(schema_of(model)?, &deployment.api.id, schema_of)?;
    jsonschema::options().with_draft(Draft::Draft4).build(&schema).ok()
}
