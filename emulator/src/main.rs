//! `stagecheck-emulator`: the emulator as a program of its own.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use stagecheck_emulator::cli;

/// A local API Gateway, IAM, STS, KMS, CloudWatch Logs and Resource Groups Tagging API. Deployed APIs are served, and write their logs
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    options: cli::Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { options } = Arguments::parse();
    match cli::run(options, &mut io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "error: {error}");
            match error.kind() {
                // As clap has it.
                io::ErrorKind::InvalidInput => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}
