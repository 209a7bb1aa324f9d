//! The architecture, held to account: which member may depend on which, and which module may mention which.
//!
//! A violation reads `file:line: what is wrong; what to do`.

mod layers;
mod members;
mod paths;
mod tokens;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

fn workspace_root() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().map(Path::to_path_buf).context("xtask stands in the workspace")
}

#[test]
fn members_depend_only_on_what_they_may() {
    let root = workspace_root().unwrap();
    assert_none(&members::violations_in(&root).unwrap());
}

#[test]
fn modules_of_the_emulator_mention_only_what_they_may() {
    let root = workspace_root().unwrap();
    assert_none(&layers::violations_in(&root).unwrap());
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "the architecture is violated:\n{}", violations.join("\n"));
}
