//! Which module of the emulator may mention which: edge → wire → service → store.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::paths::{Mention, mentions};

const SOURCES: &str = "emulator/src";

/// Every module may mention these, and itself.
const COMMON: [&str; 2] = ["ids", "time"];

/// What knows HTTP.
const HTTP: [&str; 6] = ["axum", "http", "http_body", "http_body_util", "hyper", "tower"];

/// What one module may mention of its siblings and of HTTP.
struct Layer {
    modules: &'static [&'static str],
    may: &'static [&'static str],
    instead: &'static str,
}

/// The layers. The edge, the emulator's own endpoints and what puts the emulator together may mention everything.
const LAYERS: [Layer; 7] = [
    Layer {
        modules: &["ids", "time"],
        may: &[],
        instead: "it is at the bottom of the house: move what needs the other module up",
    },
    Layer {
        modules: &["store"],
        may: &[],
        instead: "the store knows rows and scopes only: move what knows more into the service",
    },
    Layer {
        modules: &["service"],
        may: &["store"],
        instead: "what every service is written against knows no service and no HTTP: move it to wire or edge",
    },
    Layer {
        modules: &["iam", "kms", "logs", "sts", "tagging"],
        may: &["service", "store"],
        instead: "what a service needs of another or of the world it asks through a trait in service/ports.rs",
    },
    Layer {
        modules: &["apigateway", "apigatewayv2"],
        // One service that has two APIs, and one state for both.
        may: &["service", "store", "apigateway", "apigatewayv2::LiveApi", "apigatewayv2::Tables"],
        instead: "what a service needs of another or of the world it asks through a trait in service/ports.rs",
    },
    Layer {
        modules: &["wire"],
        may: &["service", "store", "http"],
        instead: "wire formats follow from the models: what knows a service or a connection belongs elsewhere",
    },
    Layer {
        modules: &["gateway"],
        may: &[
            "apigateway",
            "apigatewayv2",
            "service",
            "store",
            "wire::Answer",
            "wire::Form",
            "http",
            "http_body_util",
            // Which of its errors says that a server hung up.
            "hyper::Error",
        ],
        instead: "the data plane reads API Gateway's state and asks all else through a trait in service/ports.rs",
    },
];

/// The violations in the emulator's sources.
pub(crate) fn violations_in(root: &Path) -> Result<Vec<String>> {
    let folder = root.join(SOURCES);
    let mut files = Vec::new();
    list(&folder, &mut files)?;
    files.sort();
    let modules: BTreeSet<String> = files.iter().filter_map(|file| module_of(&folder, file)).collect();
    let mut violations = Vec::new();
    for file in &files {
        let source = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let inside = file.strip_prefix(&folder)?;
        violations.extend(violations_of(inside, &source, &modules));
    }
    Ok(violations)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// The name of the top-level module that a file belongs to.
fn module_of(folder: &Path, file: &Path) -> Option<String> {
    Some(module_path(file.strip_prefix(folder).ok()?).first()?.clone())
}

/// `logs/groups.rs` is `["logs", "groups"]`.
fn module_path(file: &Path) -> Vec<String> {
    file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect()
}

/// The violations in one source. `modules` are the names of all top-level modules.
fn violations_of(file: &Path, source: &str, modules: &BTreeSet<String>) -> Vec<String> {
    let own = module_path(file);
    let Some(layer) =
        LAYERS.iter().find(|layer| own.first().is_some_and(|own| layer.modules.contains(&&**own)))
    else {
        return Vec::new();
    };
    mentions(source)
        .iter()
        .filter_map(|mention| Some((mention.line, foreign(mention, &own, modules)?)))
        .filter(|(_, mentioned)| !allows(layer, mentioned))
        .map(|(line, mentioned)| {
            let file = file.display();
            format!("{SOURCES}/{file}:{line}: {} must not mention {mentioned}; {}", own[0], layer.instead)
        })
        .collect()
}

/// What a path names, if that is a sibling of our top-level module, or part of it, or HTTP.
fn foreign(mention: &Mention<'_>, own: &[String], modules: &BTreeSet<String>) -> Option<String> {
    let supers = mention.parts.iter().take_while(|part| **part == "super").count();
    let from_root = match mention.parts[0] {
        "crate" => &mention.parts[1..],
        "super" if supers >= own.len() => &mention.parts[supers..],
        head if HTTP.contains(&head) => return Some(mention.parts.join("::")),
        _ => return None,
    };
    let module = *from_root.first()?;
    (module != own[0] && modules.contains(module)).then(|| from_root.join("::"))
}

fn allows(layer: &Layer, mentioned: &str) -> bool {
    COMMON.iter().chain(layer.may).any(|allowed| {
        mentioned.strip_prefix(allowed).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(file: &str, source: &str) -> Vec<(usize, String)> {
        let modules = ["apigateway", "edge", "gateway", "iam", "logs", "service", "store", "time", "wire"];
        let modules = modules.map(str::to_owned).into();
        violations_of(Path::new(file), source, &modules)
            .iter()
            .map(|violation| {
                let (place, what) = violation.split_once(": ").unwrap();
                let line = place.rsplit_once(':').unwrap().1.parse().unwrap();
                (line, what.split_once(';').unwrap().0.to_owned())
            })
            .collect()
    }

    fn must_not(line: usize, own: &str, other: &str) -> (usize, String) {
        (line, format!("{own} must not mention {other}"))
    }

    #[test]
    fn a_service_reaches_neither_others_nor_wire_nor_http() {
        let source = "
use http::StatusCode;
use crate::service::{Ctx, Fault};
use crate::{
    iam::Iam,
    store::Table,
};
use super::LogGroup;
use super::super::edge::Edge;
// use crate::wire::Answer;
fn f(time: crate::time::Timestamp) -> crate::wire::Answer { g(\"crate::iam\") }
";
        assert_eq!(
            lines_of("logs/groups.rs", source),
            [
                must_not(2, "logs", "http::StatusCode"),
                must_not(5, "logs", "iam::Iam"),
                must_not(9, "logs", "edge::Edge"),
                must_not(11, "logs", "wire::Answer"),
            ]
        );
    }

    #[test]
    fn each_layer_looks_down_only() {
        let others =
            |own: &str, not: &[&str]| not.iter().map(|each| must_not(1, own, each)).collect::<Vec<_>>();
        let all = "use crate::{edge::E, wire::W, service::S, store::T, logs::L};";
        assert_eq!(
            lines_of("store.rs", all),
            others("store", &["edge::E", "wire::W", "service::S", "logs::L"])
        );
        assert_eq!(lines_of("service/x.rs", all), others("service", &["edge::E", "wire::W", "logs::L"]));
        assert_eq!(lines_of("wire/x/y.rs", all), others("wire", &["edge::E", "logs::L"]));
        assert_eq!(lines_of("gateway/x.rs", all), others("gateway", &["edge::E", "wire::W", "logs::L"]));
        assert_eq!(lines_of("edge.rs", all), []);
        assert_eq!(lines_of("lib.rs", all), []);
    }

    #[test]
    fn the_data_plane_may_use_answers_but_not_all_of_wire() {
        let source = "use crate::apigateway::Live;\nuse crate::wire::{Answer, Dispatch};\nuse http::Uri;";
        assert_eq!(lines_of("gateway.rs", source), [must_not(2, "gateway", "wire::Dispatch")]);
    }

    #[test]
    fn a_violation_says_where_and_what_to_do() {
        let violations = violations_of(
            Path::new("sts/sessions.rs"),
            "\nuse crate::iam::Iam;",
            &["iam".to_owned(), "sts".to_owned()].into(),
        );
        assert_eq!(
            violations,
            [
                "emulator/src/sts/sessions.rs:2: sts must not mention iam::Iam; what a service needs of another or of \
              the world it asks through a trait in service/ports.rs"
            ]
        );
    }
}
