use super::*;
use crate::gateway::delivery::{AsWhom, LogKind, Target};
use crate::store::{Account, Region, Scope};
use crate::time::Timestamp;

/// An entry of so many lines, each of so many bytes.
fn entry(id: &str, lines: usize, bytes: usize) -> Entry {
    let now = Timestamp::from_millis(0);
    Entry {
        time: now,
        scope: Scope { account: Account::default(), region: Region::default() },
        api_id: "a1b2c3d4e5".to_owned(),
        stage: "prod".to_owned(),
        request_id: id.to_owned(),
        log: LogKind::Access,
        lines: vec![(now, "x".repeat(bytes)); lines],
        target: Target::Elsewhere(String::new()),
        writer: AsWhom::AccountRole(None),
        executed: None,
    }
}

fn ids(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.request_id.as_str()).collect()
}

/// The bytes of one line that leaves room for so many more.
const fn all_but(bytes: usize) -> usize {
    ROOM - OVERHEAD - bytes
}

#[test]
fn lines_wait_up_to_the_last_byte_of_room() {
    let queue = Queue::default();
    queue.push(entry("large", 1, all_but(OVERHEAD + 10)));
    queue.push(entry("too much by a byte", 1, 11));
    assert_eq!(queue.dropped(), 1);
    queue.push(entry("just as much", 1, 10));
    queue.push(entry("nothing", 0, 0));
    assert_eq!(queue.dropped(), 1, "an entry without lines loses none");
    assert_eq!(ids(&queue.take(|_| true)), ["large", "just as much"]);
}

#[test]
fn what_is_dropped_is_counted_in_lines() {
    let queue = Queue::default();
    queue.push(entry("large", 1, all_but(0)));
    for lines in [1, 2, 9] {
        assert!(!queue.push(entry("dropped", lines, 1)), "no thread is needed for what is not there");
    }
    assert_eq!(queue.dropped(), 12);
    // What is taken makes room.
    assert_eq!(queue.take(|_| true).len(), 1);
    queue.push(entry("later", 1, all_but(0)));
    assert_eq!((queue.dropped(), ids(&queue.take(|_| true))), (12, vec!["later"]));
}

#[test]
fn entries_are_taken_in_their_order_and_the_others_stay_in_theirs() {
    let queue = Queue::default();
    for id in ["1", "2", "3", "4", "5"] {
        queue.push(entry(id, 1, 1));
    }
    let is_even = |entry: &Entry| entry.request_id.parse::<u8>().is_ok_and(|id| id % 2 == 0);
    assert_eq!(ids(&queue.take(is_even)), ["2", "4"]);
    queue.push(entry("6", 1, 1));
    assert_eq!(ids(&queue.take(|_| true)), ["1", "3", "5", "6"]);
    assert_eq!(queue.take(|_| true).len(), 0);
}

#[test]
fn it_is_idle_once_all_that_was_taken_is_written() {
    let queue = Queue::default();
    assert!(queue.is_idle());
    queue.push(entry("1", 1, 1));
    queue.push(entry("2", 1, 1));
    queue.take(|entry| entry.request_id == "1");
    queue.has_written();
    assert!(!queue.is_idle());
    queue.take(|_| true);
    assert!(!queue.is_idle(), "taken, but not written");
    queue.has_written();
    assert!(queue.is_idle());
}

#[test]
fn one_thread_is_asked_for_at_a_time() {
    let queue = Queue::default();
    assert!(queue.push(entry("1", 1, 1)));
    assert!(!queue.push(entry("2", 1, 1)));
    queue.has_no_thread();
    assert!(queue.push(entry("3", 1, 1)));
    // The thread goes on while there is something, and ends once nothing has come for a while.
    assert!(queue.wait(Duration::ZERO));
    queue.take(|_| true);
    assert!(!queue.wait(Duration::ZERO));
    assert!(queue.push(entry("4", 1, 1)));
    queue.close();
    assert!(!queue.wait(Duration::from_secs(3600)));
}

#[test]
fn what_is_cleared_is_forgotten() {
    let queue = Queue::default();
    queue.push(entry("large", 1, all_but(0)));
    queue.push(entry("dropped", 2, 1));
    queue.clear();
    assert!(queue.is_idle());
    assert_eq!((queue.dropped(), queue.take(|_| true).len()), (0, 0));
    queue.push(entry("as large", 1, all_but(0)));
    assert_eq!((queue.dropped(), ids(&queue.take(|_| true))), (0, vec!["as large"]));
}
