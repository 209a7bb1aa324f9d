//! The schemas of deployed models, made ready once.

mod words;

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::{Draft, Validator};
use parking_lot::Mutex;
use serde_json::Value;

use crate::apigateway::flatten;

/// How many are kept. Beyond, all are made anew.
const KEPT: usize = 1000;

/// What models are deployed with.
pub(super) type Deployed = Arc<dyn Any + Send + Sync>;

/// Models of an API as deployed.
pub(super) struct Models<'a, F> {
    /// What they are deployed with.
    pub(super) deployed: Deployed,
    /// The API's id, by which schemas refer to each other.
    pub(super) api: &'a str,
    /// Schemas by the names of models.
    pub(super) schema_of: F,
}

/// A deployment's address, and a model's name.
type Key = (usize, String);

/// A deployment, and a schema where the model has one.
type Ready = (Deployed, Option<Arc<Validator>>);

/// Schemas by deployment and model. The deployment is kept with them, so that no other comes to lie at its address.
#[derive(Default)]
pub(crate) struct Schemas {
    ready: Mutex<HashMap<Key, Ready>>,
}

impl Schemas {
    /// What a model finds wrong with a body. A model that is gone, or no schema, finds nothing.
    pub(super) fn errors<'a>(
        &self,
        models: Models<'_, impl Fn(&str) -> Option<&'a str>>,
        model: &str,
        body: &Value,
    ) -> Vec<String> {
        self.get(models, model).map(|schema| words::of(&schema, body)).unwrap_or_default()
    }

    fn get<'a>(
        &self,
        models: Models<'_, impl Fn(&str) -> Option<&'a str>>,
        model: &str,
    ) -> Option<Arc<Validator>> {
        let key = (Arc::as_ptr(&models.deployed).addr(), model.to_owned());
        if let Some((_, schema)) = self.ready.lock().get(&key) {
            return schema.clone();
        }
        let schema = compile(models.api, &models.schema_of, model).map(Arc::new);
        let mut ready = self.ready.lock();
        if ready.len() == KEPT {
            ready.clear();
        }
        ready.insert(key, (models.deployed, schema.clone()));
        schema
    }
}

fn compile<'a>(api: &str, schema_of: &impl Fn(&str) -> Option<&'a str>, model: &str) -> Option<Validator> {
    let schema = flatten(schema_of(model)?, api, schema_of)?;
    jsonschema::options().with_draft(Draft::Draft4).build(&schema).ok()
}
