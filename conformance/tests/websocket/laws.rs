//! What holds of any API, any clients and any messages: each event leaves one access line that is as its client and its backend
//! saw it, and no line tells a secret.

mod values;

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use proptest::prelude::*;
use serde_json::{Value, json};
use stagecheck_conformance::access_lines::Format;
use stagecheck_conformance::account::{ACCESS_GROUP, group_arn};
use stagecheck_conformance::laws::{self, SECRETS, at_once, tell_no_secret};
use stagecheck_conformance::web_socket::Connected;

use self::values::{Route, Says, Visit, route, visit};
use crate::integrations::lambda;
use crate::world::{Level, World};

const NAMES: [&str; 8] = [
    "eventType",
    "routeKey",
    "status",
    "requestId",
    "extendedRequestId",
    "connectionId",
    "error.responseType",
    "nothing",
];

const CONNECT: &str = "$connect";
const DISCONNECT: &str = "$disconnect";

/// The routes that there may be.
const KEYS: [&str; 5] = [CONNECT, DISCONNECT, "a", "b", "$default"];

/// One API, and how many lines its access log has.
struct Scene {
    world: World,
    format: Format,
    routes: Vec<(&'static str, Route)>,
    lines: usize,
}

async fn hold(level: Level, format: Format, routes: Vec<Option<Route>>, visits: &[Visit]) -> Result<()> {
    let mut world = World::new().await?;
    world.make(level).await?;
    let settings = json!({"destinationArn": group_arn(ACCESS_GROUP), "format": format.of(&NAMES)});
    world.change_stage(&json!({ "accessLogSettings": settings })).await?;
    let routes: Vec<(&str, Route)> =
        KEYS.into_iter().zip(routes).filter_map(|(key, route)| Some((key, route?))).collect();
    for (key, Route { backend, answers }) in &routes {
        if *answers && !key.ends_with("connect") {
            world.two_way(key, &backend.integration).await?;
        } else {
            world.route(key, &backend.integration, &Value::Null).await?;
        }
    }
    let mut scene = Scene { world, format, routes, lines: 0 };
    for visit in visits {
        scene.hold_of_visit(visit).await.with_context(|| format!("{visit:?} at {:?}", scene.routes))?;
    }
    let execution = scene.world.execution_lines().await?;
    tell_no_secret(&execution)?;
    let is_longest = |line: &String| line.len() <= 1024 + " [TRUNCATED]".len();
    ensure!(execution.iter().all(is_longest), "{execution:?}");
    let access = scene.world.access_lines(scene.lines).await?;
    ensure!(access.len() == scene.lines, "{} lines of {} events", access.len(), scene.lines);
    tell_no_secret(&access)
}

impl Scene {
    async fn hold_of_visit(&mut self, visit: &Visit) -> Result<()> {
        let shown = SECRETS.iter().zip(&visit.secrets).filter(|(_, is_shown)| **is_shown);
        let headers: Vec<(&str, &str)> = shown.map(|(secret, _)| *secret).collect();
        let answer = self.world.connect_with("", &headers).await?;
        let route = self.route(CONNECT);
        let status = route.as_ref().map_or(200, |route| route.backend.status);
        let line = self.next_line().await?;
        let known = [
            ("eventType", "CONNECT"),
            ("routeKey", CONNECT),
            ("status", &status.to_string()),
            ("nothing", "-"),
        ];
        let told = self.format.hold(&line, &NAMES, &known)?;
        let failed = route.is_some_and(|route| route.backend.says == Says::Failure);
        ensure!(failed == (told["error.responseType"] != "-"), "{line}");
        let mut client = match answer {
            Ok(client) => client,
            Err(refused) => {
                let header = |name: &str| refused.headers.get(name).and_then(|value| value.to_str().ok());
                ensure!(refused.status == status && !(200..300).contains(&status), "{refused:?}");
                ensure!(header("x-amzn-requestid") == Some(&told["requestId"]), "{line} of {refused:?}");
                ensure!(
                    header("x-amz-apigw-id") == Some(&told["extendedRequestId"]),
                    "{line} of {refused:?}"
                );
                return Ok(());
            }
        };
        ensure!((200..300).contains(&status), "connected with {status}");
        let connection = &told["connectionId"];
        for message in &visit.messages {
            self.hold_of_message(&mut client, connection, *message)
                .await
                .with_context(|| format!("{message:?}"))?;
        }
        self.hold_of_call(connection).await?;
        client.close(None).await?;
        let status = self.route(DISCONNECT).map_or(200, |route| route.backend.status).to_string();
        let known = [
            ("eventType", "DISCONNECT"),
            ("routeKey", DISCONNECT),
            ("status", &status),
            ("connectionId", connection),
        ];
        let line = self.next_line().await?;
        self.format.hold(&line, &NAMES, &known).map(drop)
    }

    async fn hold_of_message(
        &mut self,
        client: &mut Connected,
        connection: &str,
        (message, named): (&str, &str),
    ) -> Result<()> {
        let route = self.route(named).map(|route| (named, route));
        let route = route.or_else(|| self.route("$default").map(|route| ("$default", route)));
        client.say(message).await?;
        let line = self.next_line().await?;
        let (key, status, says) = match &route {
            Some((key, Route { backend, .. })) => (*key, backend.status, backend.says),
            None => ("-", 403, Says::Failure),
        };
        let known = [
            ("eventType", "MESSAGE"),
            ("routeKey", key),
            ("status", &status.to_string()),
            ("connectionId", connection),
            ("nothing", "-"),
        ];
        let told = self.format.hold(&line, &NAMES, &known)?;
        ensure!((says == Says::Failure) == (told["error.responseType"] != "-"), "{line}");
        let answers = route.is_some_and(|(_, route)| route.answers);
        match says {
            Says::Failure => {
                let reply: Value = serde_json::from_str(&client.hear().await?)?;
                for name in ["connectionId", "requestId"] {
                    ensure!(reply[name] == told[name], "{reply} of {line}");
                }
            }
            Says::Text(text) if answers => ensure!(client.hear().await? == text, "{line}"),
            Says::Event if answers => {
                let event: Value = serde_json::from_str(&client.hear().await?)?;
                for name in ["connectionId", "requestId", "extendedRequestId", "routeKey", "eventType"] {
                    ensure!(event["requestContext"][name] == told[name], "{event} of {line}");
                }
            }
            // Whatever came would be taken for the answer to the next message, or be there when the client goes.
            Says::Text(_) | Says::Event | Says::Nothing => {}
        }
        Ok(())
    }

    async fn hold_of_call(&mut self, connection: &str) -> Result<()> {
        let answer = self.world.call("GET", connection, "").await?;
        let line = self.next_line().await?;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let status = answer.status();
        let known = [
            ("eventType", "CONNECTION_API"),
            ("routeKey", "GET /@connections/{connectionId}"),
            ("status", status.as_str()),
            ("requestId", header("x-amzn-requestid").unwrap_or_default()),
            ("extendedRequestId", header("x-amz-apigw-id").unwrap_or_default()),
            ("connectionId", connection),
        ];
        ensure!(answer.status().as_u16() == 200, "{answer:?}");
        self.format.hold(&line, &NAMES, &known).map(drop)
    }

    fn route(&self, key: &str) -> Option<Route> {
        self.routes.iter().find(|(own, _)| *own == key).map(|(_, route)| route.clone())
    }

    /// The line of the event that was. The next one is later.
    async fn next_line(&mut self) -> Result<String> {
        self.lines += 1;
        let lines = self.world.access_lines(self.lines).await?;
        ensure!(lines.len() == self.lines, "{} lines of {} events: {lines:?}", lines.len(), self.lines);
        self.world.account.wait(1);
        lines.last().cloned().context("there is a line")
    }
}

#[test]
fn every_event_leaves_one_true_access_line_and_no_secret() -> Result<()> {
    let values = (
        prop::sample::select(vec![Level::Error, Level::Info, Level::Trace]),
        prop::sample::select(Format::ALL.to_vec()),
        prop::collection::vec(prop::option::weighted(0.7, route()), KEYS.len()),
        prop::collection::vec(visit(), 1..4),
    );
    laws::hold(32, &values, async |(level, format, routes, visits)| {
        hold(level, format, routes, &visits).await
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_stage_and_messages_do_not_get_in_each_others_way() -> Result<()> {
    const CLIENTS: usize = 4;
    const MESSAGES: usize = 25;

    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.two_way("$default", &lambda("AWS_PROXY", "ok")).await?;
    let world = Arc::new(world);
    let traffic = (0..CLIENTS).map(|_| {
        let world = Arc::clone(&world);
        async move {
            let mut client = world.connect().await?;
            for _ in 0..MESSAGES {
                ensure!(client.ask("again").await? == "{\"made\": true}", "another answer");
            }
            client.close(None).await
        }
    });
    let changes = (0..40).map(|number| {
        let world = Arc::clone(&world);
        async move {
            let level = if number % 2 == 0 { "ERROR" } else { "INFO" };
            let settings = json!({"defaultRouteSettings": {"loggingLevel": level},
                "stageVariables": {"number": number.to_string()}});
            world.change_stage(&settings).await
        }
    });
    tokio::try_join!(at_once(traffic), at_once(changes))?;
    // Each connects, speaks and goes.
    let expected = CLIENTS * (1 + MESSAGES + 1);
    assert_eq!(world.access_lines(expected).await?.len(), expected);
    let told = world.account.deliveries().await?;
    assert_eq!((&told["refused"], &told["dropped"]), (&json!(0), &json!(0)));
    Ok(())
}
