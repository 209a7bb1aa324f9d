//! Writes the tables of the `models` crate from the service models that AWS publishes in botocore.

mod render;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;
use serde_json::Value;

/// The botocore release that the tables come from.
const BOTOCORE: &str = "1.43.11";

/// The services that have a table, with the version directory of their model.
const SERVICES: [(&str, &str); 7] = [
    ("apigateway", "2015-07-09"),
    ("apigatewayv2", "2018-11-29"),
    ("iam", "2010-05-08"),
    ("kms", "2014-11-01"),
    ("logs", "2014-03-28"),
    ("resourcegroupstaggingapi", "2017-01-26"),
    ("sts", "2011-06-15"),
];

/// Writes every table, or with `check` fails where one differs from what is in the tree.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let data = botocore_data(root)?;
    for (service, version) in SERVICES {
        let model = read_model(&data.join(service).join(version).join("service-2.json.gz"))?;
        let table = render::table(service, &model, BOTOCORE)?;
        let path = root.join(format!("models/src/{service}.rs"));
        if check {
            let present = fs::read_to_string(&path).unwrap_or_default();
            ensure!(present == table, "{} is not what `cargo xtask models` writes", path.display());
        } else {
            fs::write(&path, table).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

/// Where the unpacked service models are, fetching the pinned release when missing.
fn botocore_data(root: &Path) -> Result<PathBuf> {
    let target = root.join(format!("target/botocore-{BOTOCORE}"));
    let data = target.join("botocore/data");
    if !data.is_dir() {
        let status = Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--root-user-action=ignore", "--target"])
            .arg(&target)
            .arg(format!("botocore=={BOTOCORE}"))
            .status()
            .context("cannot run python3, which fetches the service models from PyPI")?;
        if !status.success() {
            bail!("pip could not fetch botocore {BOTOCORE} from PyPI");
        }
    }
    Ok(data)
}

fn read_model(path: &Path) -> Result<Value> {
    let file = fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    serde_json::from_reader(GzDecoder::new(file))
        .with_context(|| format!("{} is not a service model", path.display()))
}
