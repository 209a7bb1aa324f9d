//! What each command writes, of an account with every fault.

use insta::assert_snapshot;

use super::world::World;

#[test]
fn the_loop_by_single_commands() {
    let world = World::sample("loop");
    let check = world.run(&["check"]);
    assert_eq!(check.code, 10, "{}", check.err);
    assert_snapshot!("check", world.settled(&check.out));
    // Nothing of the progress is left where nobody watches.
    assert_eq!(check.err, "");

    let file = world.folder.join("plan.json");
    let file = file.to_str().unwrap();
    let plan = world.run(&["plan", "--include", "access-format,data-trace", "--output", file]);
    assert_eq!(plan.code, 0, "{}", plan.err);
    assert_snapshot!("plan", plan.out);

    let apply = world.run(&["apply", file, "--yes"]);
    assert_eq!(apply.code, 20, "{}", apply.err);
    assert_snapshot!("apply_safe", apply.out);

    let apply = world.run(&["apply", file, "--yes", "--approve", "all"]);
    assert_eq!(apply.code, 0, "{} {}", apply.out, apply.err);

    let verify = world.run(&["verify", "--probe"]);
    assert_eq!(verify.code, 0, "{} {}", verify.out, verify.err);
    assert_snapshot!("verify", verify.out);

    let check = world.run(&["check"]);
    assert_eq!(check.code, 0, "{}", check.out);
}

#[test]
fn documents_for_programs() {
    let world = World::sample("documents");
    let check = world.run(&["check", "--format", "json", "--api", "catalog,payments"]);
    assert_eq!(check.code, 10, "{}", check.err);
    assert_snapshot!("check_json", world.settled(&check.out));

    let plan = world.run(&["plan", "--format", "json", "--api", "orders-ap,billing"]);
    assert_eq!(plan.code, 0, "{}", plan.err);
    assert_snapshot!("plan_json", world.settled(&plan.out));
}

#[test]
fn the_demo_tells_its_story() {
    let demo = super::world::run(&["demo", "--format", "json"]);
    assert_eq!((demo.code, demo.err.as_str()), (0, ""));
    let demo: serde_json::Value = serde_json::from_str(&demo.out).unwrap();
    assert_eq!(demo["before"]["summary"]["FAIL"], 8);
    assert_eq!(demo["after"]["summary"]["PASS"], 13);
    let probes = demo["after"]["probes"].as_array().unwrap();
    assert_eq!(probes.len(), 13);
    for probe in probes {
        assert_eq!(probe["status"], "PASS", "{probe}");
    }
}
