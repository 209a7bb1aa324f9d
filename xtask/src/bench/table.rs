//! The one table.

use comfy_table::{Table, presets};

/// One figure beside its yardstick, both measured in the same run.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) figure: String,
    pub(super) measured: String,
    pub(super) yardstick: String,
    pub(super) compared: String,
    pub(super) target: Option<Target>,
}

/// What a figure is to be, and whether it is.
#[derive(Clone, Debug)]
pub(super) struct Target {
    text: String,
    met: bool,
}

impl Target {
    pub(super) fn at_least(sign: &str, value: f64, least: f64) -> Self {
        Self { text: format!("≥ {sign}{least}"), met: value >= least }
    }

    pub(super) fn at_most(sign: &str, value: f64, most: f64) -> Self {
        Self { text: format!("≤ {sign}{most}"), met: value <= most }
    }
}

/// The table as Markdown.
pub(super) fn render(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header(["Figure", "Measured", "Yardstick", "Compared", "Target", ""]);
    for Row { figure, measured, yardstick, compared, target } in rows {
        let (text, verdict) = match target {
            Some(Target { text, met }) => (text.as_str(), if *met { "met" } else { "missed" }),
            None => ("", ""),
        };
        table.add_row([figure, measured, yardstick, compared, text, verdict]);
    }
    format!("{table}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_stands_beside_its_yardstick() {
        let row = Row {
            figure: "requests/s".to_owned(),
            measured: "80".to_owned(),
            yardstick: "100".to_owned(),
            compared: "x 0.80".to_owned(),
            target: Some(Target::at_least("x ", 0.8, 0.75)),
        };
        let table = render(&[row]);
        let last = table.lines().last().unwrap();
        let cells: Vec<&str> = last.split('|').map(str::trim).collect();
        assert_eq!(cells, ["", "requests/s", "80", "100", "x 0.80", "≥ x 0.75", "met", ""]);
    }
}
