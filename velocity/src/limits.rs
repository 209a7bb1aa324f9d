//! How much a template may ask for.

/// What one rendering may take. Every loop, call and value is counted, so that a rendering ends whatever the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How often one `#foreach` goes round; it ends silently then.
    ///
    /// 1,000: API Gateway's quota "Iterations in a #foreach ... #end loop in mapping templates". That the loop ends and
    /// the template goes on is inferred from Velocity's own setting for it, `directive.foreach.maxloops`.
    pub iterations: usize,
    /// Steps: a node or an operator evaluated is one, and so are each 16 bytes that a method looks at. Ten million,
    /// which take about a second.
    pub steps: u64,
    /// Bytes of all values that the template makes, whether or not it keeps them: 256 MiB.
    pub memory: usize,
    /// Bytes of the output: 10 MB, the quota "Payload size" of API Gateway.
    pub output: usize,
    /// How deep blocks, expressions and values may be nested when they are evaluated or written out: 200, twice what the
    /// parser lets pass, since blocks of `#define` nest when they are rendered.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { iterations: 1_000, steps: 10_000_000, memory: 256 << 20, output: 10 << 20, depth: 200 }
    }
}
