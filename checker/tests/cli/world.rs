//! An emulator, and the program run against it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use stagecheck::connection::Connection;
use stagecheck::demo::{REGIONS, build};
use stagecheck_emulator::{Emulator, Running};

/// An emulator on a runtime of its own. The same calls get the same answers in every run.
pub(crate) struct World {
    runtime: tokio::runtime::Runtime,
    emulator: Running,
    pub(crate) folder: PathBuf,
}

impl World {
    /// An account with nothing in it. `name` is of the test, for its files.
    pub(crate) fn empty(name: &str) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let emulator = runtime.block_on(Emulator::builder().seed(7).build().start()).unwrap();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self { runtime, emulator, folder }
    }

    /// The demo's account.
    pub(crate) fn sample(name: &str) -> Self {
        let world = Self::empty(name);
        world.runtime.block_on(async {
            let config = world.emulator.sdk_config();
            let connection = Connection::with_config(&config, &REGIONS.map(str::to_owned)).await.unwrap();
            build(&connection).await.unwrap();
        });
        world
    }

    pub(crate) fn runtime(&self) -> &tokio::runtime::Runtime {
        &self.runtime
    }

    pub(crate) fn emulator(&self) -> &Emulator {
        self.emulator.emulator()
    }

    pub(crate) fn url(&self) -> String {
        self.emulator.url()
    }

    /// Runs the program against this emulator, in all regions of the demo.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let endpoint = self.url();
        let region = REGIONS.join(",");
        let mut all = arguments.to_vec();
        if arguments[0] != "apply" {
            all.extend(["--endpoint-url", &endpoint, "--region", &region]);
        }
        run(&all)
    }

    /// What differs from run to run, made the same.
    pub(crate) fn settled(&self, text: &str) -> String {
        let port = self.emulator.address().port().to_string();
        let text = text.replace(&format!("127.0.0.1:{port}"), "127.0.0.1:PORT");
        let mut settled = String::new();
        for line in text.lines() {
            let value = line.trim_start();
            let indent = &line[..line.len() - value.len()];
            let fixed =
                ["\"generated_at\": ", "\"request_id\": "].into_iter().find(|key| value.starts_with(key));
            match fixed {
                Some(key) => settled.push_str(&format!("{indent}{key}…,\n")),
                None => settled.push_str(&format!("{line}\n")),
            }
        }
        settled
    }
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program with nothing in its environment but keys of the default account.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_stagecheck"))
        .args(arguments)
        .env_clear()
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .envs([("AWS_CONFIG_FILE", "none"), ("AWS_SHARED_CREDENTIALS_FILE", "none")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ended {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
