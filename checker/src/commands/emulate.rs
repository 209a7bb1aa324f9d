//! `stagecheck emulate`

use std::io;

use stagecheck_emulator::cli::{self, Options};

use crate::error::Error;
use crate::exit::Exit;

pub(crate) async fn emulate(options: Options) -> Result<Exit, Error> {
    match cli::run(options, &mut io::stdout()).await {
        Ok(()) => Ok(Exit::Done),
        // A settings file that is not taken.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Err(Error::Usage(error.to_string())),
        Err(error) => Err(Error::Unexpected(error.to_string())),
    }
}
