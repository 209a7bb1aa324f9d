//! An account where policies are enforced, and callers that have no more than they are given.

use anyhow::{Context as _, Result};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use serde_json::Value;
use stagecheck::connection::Connection;
use stagecheck_conformance::fleet::{AccessState, Api, Fleet, RoleFate, StageState, build};
use stagecheck_emulator::Emulator;
use stagecheck_emulator::service::IamMode;

const REGION: &str = "us-east-1";

/// An account with two stages, of which one has all and the other nothing.
pub(crate) struct World {
    emulator: Emulator,
    pub(crate) root: Connection,
}

impl World {
    pub(crate) async fn new(fate: RoleFate) -> Result<Self> {
        let emulator = Emulator::builder().seed(1).iam(IamMode::Enforce).build();
        let root = Connection::with_config(&emulator.sdk_config(), &[REGION.to_owned()]).await?;
        let logged = StageState {
            default_level: Some("INFO"),
            own_levels: vec![Some("ERROR"), None],
            data_trace: false,
            access: AccessState::On { retention: true },
        };
        let dark = StageState {
            default_level: None,
            // That one method logs makes the verdict turn on which methods are deployed.
            own_levels: vec![Some("INFO"), None],
            data_trace: false,
            access: AccessState::Off,
        };
        let apis = vec![Api { any_verb: false, methods: 2, stages: vec![logged, dark] }];
        build(&root, REGION, &Fleet { role: fate, apis }).await?;
        let world = Self { emulator, root };
        world.give_the_role_a_policy_of_its_own().await?;
        Ok(world)
    }

    /// So that there is an inline policy to read.
    async fn give_the_role_a_policy_of_its_own(&self) -> Result<()> {
        let role =
            self.root.clients(REGION)?.iam.put_role_policy().role_name("fleet-logs").policy_name("own");
        let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:List*","Resource":"*"}]}"#;
        role.policy_document(document).send().await?;
        Ok(())
    }

    /// A user who has these policies, and none besides.
    pub(crate) async fn caller(&self, policies: &[Value]) -> Result<Connection> {
        let iam = &self.root.clients(REGION)?.iam;
        iam.create_user().user_name("caller").send().await?;
        for (position, policy) in policies.iter().enumerate() {
            let name = format!("policy{position}");
            let made =
                iam.create_policy().policy_name(name).policy_document(policy.to_string()).send().await?;
            let arn = made.policy().and_then(|policy| policy.arn()).context("no policy")?;
            iam.attach_user_policy().user_name("caller").policy_arn(arn).send().await?;
        }
        let key = iam.create_access_key().user_name("caller").send().await?;
        let key = key.access_key().context("no key")?;
        let credentials = Credentials::from_keys(key.access_key_id(), key.secret_access_key(), None);
        let config = self.emulator.sdk_config().to_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
        Ok(Connection::with_config(&config, &[REGION.to_owned()]).await?)
    }
}
