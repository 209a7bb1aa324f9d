# `.ci/run` puts the tools here; one's own come after.
export PATH := justfile_directory() / "target/tools/bin:" + justfile_directory() / "target/tools/venv/bin:" + env("PATH")

# List the recipes
default:
    @just --list --unsorted

# Everything that CI runs, the quick checks first
test: fmt typos deny clippy docs tests models coverage

# Fail where a file is not formatted
fmt:
    cargo fmt --all --check

# Spelling
typos:
    typos

# Licences, banned crates and sources of the dependencies
deny:
    cargo deny check bans licenses sources

# Lints; a warning is an error
clippy:
    cargo clippy --workspace --all-targets -- -D warnings

# Build the API documentation; a broken link is an error
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Unit, integration and documentation tests, all of them even when one fails
tests:
    cargo test --workspace --no-fail-fast

# A page in Chromium calls deployed APIs; apt install chromium
browser:
    cargo test -p stagecheck-conformance --test browser -- --ignored

# Fail where a service table is not what the pinned service models say, or a policy of AWS not what the pinned copy says
models:
    cargo xtask models --check
    cargo xtask managed-policies --check

# Fail where docs/coverage.md is not what the emulator registers
coverage:
    cargo xtask coverage --check

# Run the conformance scenarios against another target (`moto`, or a URL), and print where it differs
conform target *part:
    cargo run -q -p stagecheck-conformance --bin conform -- {{ target }} {{ part }}

# Break the logging of a local stage, find it, repair it, and see the log line arrive
demo:
    cargo run -- demo

# Measure the emulator and the checker beside their yardsticks; takes some minutes, and no other load on the machine
bench:
    cargo build --release -p stagecheck -p stagecheck-emulator -p xtask
    "${CARGO_TARGET_DIR:-target}/release/xtask" bench
