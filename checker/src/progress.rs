//! Tells people at a terminal what is going on. In a pipe it says nothing.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Progress on standard error.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Shown where standard error is a terminal.
    #[must_use]
    pub fn at_terminal() -> Self {
        let target =
            if stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self::on(target)
    }

    /// Shown nowhere.
    #[must_use]
    pub fn hidden() -> Self {
        Self::on(ProgressDrawTarget::hidden())
    }

    fn on(target: ProgressDrawTarget) -> Self {
        Self { bar: ProgressBar::with_draw_target(None, target) }
    }

    /// What is being done, of which there is no count.
    pub fn say(&self, what: &str) {
        self.show("{spinner} {msg}", what);
    }

    /// Begins something of this many steps.
    pub fn begin(&self, what: &str, steps: usize) {
        self.bar.reset();
        self.bar.set_length(steps as u64);
        self.show("{spinner} {msg} {pos}/{len}", what);
    }

    fn show(&self, template: &str, what: &str) {
        // The style before stands in should the template not parse.
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_message(what.to_owned());
        self.bar.tick();
    }

    /// One step is done.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Clears the line.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
