//! Delivery streams of Firehose, in whose place files stand: what would be put into a stream is appended to the file of its
//! name. API Gateway writes to them with its service-linked role, whatever role the account has.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use super::record::Refused;
use crate::time::Timestamp;

/// The files.
#[derive(Debug, Default)]
pub(crate) struct DeliveryStreams {
    folder: Option<PathBuf>,
}

impl DeliveryStreams {
    /// Files in this folder, which is made once there is something to write.
    #[must_use]
    pub(crate) fn in_folder(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// Appends lines to a stream, each with a line break, as API Gateway ends its records.
    pub(super) fn append(&self, stream: &str, lines: &[(Timestamp, String)]) -> Result<(), Refused> {
        let folder = self.folder.as_ref().ok_or_else(|| {
            Refused::because("there is no Firehose here; --firehose-sink DIR writes to files in its place")
        })?;
        let path = folder.join(stream);
        let text: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
        fs::create_dir_all(folder)
            .and_then(|()| OpenOptions::new().create(true).append(true).open(&path))
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Refused::because(format!("{} cannot be written: {error}", path.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_appended_to_the_stream_of_their_name() {
        let folder = std::env::temp_dir().join(format!("stagecheck-{}", std::process::id()));
        let streams = DeliveryStreams::in_folder(Some(folder.clone()));
        let line = |text: &str| [(Timestamp::default(), text.to_owned())];
        streams.append("amazon-apigateway-a", &line("one")).unwrap();
        streams.append("amazon-apigateway-a", &line("two")).unwrap();
        assert_eq!(fs::read_to_string(folder.join("amazon-apigateway-a")).unwrap(), "one\ntwo\n");
        fs::remove_dir_all(&folder).unwrap();
        let nowhere = DeliveryStreams::default().append("amazon-apigateway-a", &line("one"));
        assert!(nowhere.is_err());
    }
}
