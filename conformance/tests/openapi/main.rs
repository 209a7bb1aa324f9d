//! What is exported and imported again is the same API; what cannot be imported changes nothing.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod apis;
mod documents;

use std::fs;
use std::path::{Path, PathBuf};

use apis::{Apis, Form};
use proptest::prelude::*;
use serde_json::json;

/// The documents that are REST APIs.
fn stored() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("documents");
    let mut documents: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_stem().is_some_and(|name| name != "http_api"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    documents.sort();
    documents
}

/// Imports a document, and what is exported of it in every form, anew and over the first.
fn goes_round(document: &[u8]) -> Result<(), String> {
    let apis = Apis::new();
    let api = apis.import(document)?;
    let first = apis.export(&api, &[], Form::ALL[0])?;
    for form in Form::ALL {
        let exported = apis.export_text(&api, form)?;
        let copy = apis.import(exported.as_bytes())?;
        // A policy goes on naming the API that it was written for, as it does on AWS.
        let second = apis.export(&copy, &[&api], Form::ALL[0])?;
        if first != second {
            return Err(format!("by {form:?}, anew:\n{first:#}\n{second:#}\n{exported}"));
        }
        apis.put(&api, "overwrite", exported.as_bytes())?;
        apis.put(&api, "merge", exported.as_bytes())?;
        let over = apis.export(&api, &[], Form::ALL[0])?;
        if first != over {
            return Err(format!("by {form:?}, over itself:\n{first:#}\n{over:#}"));
        }
    }
    Ok(())
}

#[test]
fn stored_documents_go_round() {
    let documents = stored();
    assert!(documents.len() >= 5);
    for (path, document) in documents {
        if let Err(error) = goes_round(&document) {
            panic!("{}: {error}", path.display());
        }
    }
}

#[test]
fn a_document_of_many_paths_goes_round() {
    let document = documents::of_paths(120);
    assert_eq!(document["paths"].as_object().unwrap().len(), 120);
    goes_round(document.to_string().as_bytes()).unwrap();
}

#[test]
fn a_document_of_ten_megabytes_is_refused_and_one_of_half_as_many_imported() {
    let described = |megabytes: usize| {
        let mut document = documents::of_paths(100);
        document["info"]["description"] = "x".repeat(megabytes << 20).into();
        document.to_string()
    };
    let apis = Apis::new();
    apis.import(described(5).as_bytes()).unwrap();
    let before = apis.state();
    let error = apis.import(described(9).as_bytes()).unwrap_err();
    assert!(error.contains("exceeds the limit of 6291456"), "{error}");
    // More resources than an API may have: every one of them is an error, and none is there afterwards.
    let crowded = documents::of_paths(2_000).to_string();
    assert!(crowded.len() < 6 << 20);
    let error = apis.import(crowded.as_bytes()).unwrap_err();
    assert!(error.contains("Maximum number of Resources"), "{}", &error[..200.min(error.len())]);
    assert!(apis.state() == before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_api_goes_round(document in documents::small()) {
        goes_round(document.to_string().as_bytes()).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn what_is_refused_changes_nothing(
        document in documents::small(),
        place in any::<prop::sample::Index>(),
        value in prop_oneof![Just(json!(null)), Just(json!("x y")), Just(json!([[]])), Just(json!({"$ref": "#/paths"}))],
        cut in any::<prop::sample::Index>(),
        mode in prop_oneof![Just("merge"), Just("overwrite")],
    ) {
        let apis = Apis::new();
        let api = apis.import(&stored()[0].1).map_err(TestCaseError::fail)?;
        let mut broken = document.clone();
        documents::put_at(&mut broken, place, value);
        let text = document.to_string();
        let cut = text.chars().take(cut.index(text.len())).collect::<String>();
        for body in [broken.to_string(), cut] {
            let before = apis.state();
            if apis.put(&api, mode, body.as_bytes()).is_err() {
                prop_assert!(apis.state() == before, "a refused import changed something: {}", body);
            }
        }
    }
}
