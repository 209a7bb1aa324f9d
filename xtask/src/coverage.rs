//! Writes docs/coverage.md from the emulator's member ledgers.

mod page;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Where the page stands in the tree.
const PAGE: &str = "docs/coverage.md";

/// Writes the page, or with `check` fails where it differs from what is in the tree.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let page = page::render(&stagecheck_emulator::ledgers())?;
    let path = root.join(PAGE);
    if check {
        let present = fs::read_to_string(&path).unwrap_or_default();
        ensure!(
            present == page,
            "{PAGE} is out of date: run `cargo xtask coverage` and commit what it writes"
        );
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))
}
