use super::*;
use crate::service::authorization::assert_complete;

#[test]
fn every_operation_has_its_row() {
    assert_complete(ROWS, &operations::SERVICE);
}
