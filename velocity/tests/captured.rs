//! Holds the crate to what Apache Velocity 1.7 makes of the same templates.
//!
//! `chosen.jsonl` goes through the language, `generated.jsonl` has templates that were put together at random. Both were
//! written by `captured/Capture.java`, which reads the templates and writes them with their outputs:
//!
//! ```sh
//! apt-get install velocity libjson-smart-java
//! cd velocity/tests/captured
//! jars=/usr/share/java
//! export CLASSPATH=$jars/velocity.jar:$jars/commons-lang.jar:$jars/commons-collections3.jar:$jars/json-smart.jar:$jars/accessors-smart.jar
//! java Capture.java < chosen.jsonl > anew && mv anew chosen.jsonl
//! ```

#![expect(clippy::unwrap_used, reason = "a test may fail by it")]

use serde_json::{Value as Json, json};
use stagecheck_velocity::{Limits, Notation, Scope, Template, Undefined};

/// The variables that `Capture.java` has, too.
fn scope() -> Scope<'static> {
    let variables = json!({
        "list": ["a", "b", "c"],
        "emptyList": [],
        "map": {"k": "v", "n": 1, "foo-bar": "dash", "isNull": null},
        "str": "Hello",
        "esc": "a$b#c",
        "empty": "",
        "int": 42,
        "dbl": 2.5,
        "yes": true,
        "no": false,
    });
    let mut scope = Scope::new(Limits::default(), Undefined::Source);
    for (name, json) in variables.as_object().unwrap() {
        let value = scope.heap().value_of(json, Notation::Java).unwrap();
        scope.set(name, value);
    }
    scope
}

/// The output of a template, or whether it fails when it is parsed or when it is rendered.
fn outcome(template: &str) -> Json {
    let Ok(parsed) = Template::parse(template) else {
        return json!({"template": template, "error": "parse"});
    };
    match parsed.render(&mut scope()) {
        Ok(output) => json!({"template": template, "output": output}),
        Err(_) => json!({"template": template, "error": "render"}),
    }
}

fn hold(captures: &str) {
    let captures: Vec<Json> = captures.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(captures.len() >= 250);
    let different: Vec<String> = captures
        .iter()
        .map(|captured| (captured, outcome(captured["template"].as_str().unwrap())))
        .filter(|(captured, ours)| *captured != ours)
        .map(|(captured, ours)| format!("Velocity: {captured}\nours:     {ours}"))
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn templates_that_were_chosen_come_out_as_velocity_has_them() {
    hold(include_str!("captured/chosen.jsonl"));
}

#[test]
fn templates_put_together_at_random_come_out_as_velocity_has_them() {
    hold(include_str!("captured/generated.jsonl"));
}
