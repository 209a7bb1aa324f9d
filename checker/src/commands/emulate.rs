//! `stagecheck emulate`

use std::io;

use stagecheck_emulator::cli::{self, Options};

use crate::error::Error;
use crate::exit::Exit;

pub(crate) async fn emulate(options: Options) -> Result<Exit, Error> {
    cli::run(options, &mut io::stdout()).await.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => Error::Usage(error.to_string()),
        _ => Error::Unexpected(error.to_string()),
    })?;
    Ok(Exit::Done)
}
