//! Access key ids, which tell the account.
//!
//! Source: users who took key ids apart ("A short note on AWS KEY ID", Tal Be'ery, 2023). The characters behind the
//! prefix are base32; of the first 48 bits that they stand for, 40 are the account, behind one and before seven others.

use crate::ids::Ids;
use crate::store::Account;

/// Characters of an id behind its prefix.
const LENGTH: usize = 16;

/// Characters that hold the 48 bits, and bits of the last that are not among these.
const CHARACTERS: usize = 10;
const SPARE_BITS: u32 = 2;

/// Bits of the 48 behind those of the account.
const BITS_BEHIND: u32 = 7;

const ACCOUNT_BITS: u64 = (1 << 40) - 1;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new id of a key of this account.
pub(super) fn make(ids: &Ids, prefix: &str, account: &Account) -> String {
    let random = ids.upper("", LENGTH);
    let number: u64 = account.as_str().parse().unwrap_or_default();
    let shift = BITS_BEHIND + SPARE_BITS;
    let bits =
        (value(&random[..CHARACTERS]).unwrap_or_default() & !(ACCOUNT_BITS << shift)) | number << shift;
    let characters = (0..CHARACTERS).rev().map(|place| {
        let index = (bits >> (5 * place)) & 31;
        BASE32.get(usize::try_from(index).unwrap_or_default()).copied().map_or('A', char::from)
    });
    prefix.chars().chain(characters).chain(random[CHARACTERS..].chars()).collect()
}

/// The account that an id of any key tells; `None` where it is no key's.
pub(super) fn account(id: &str) -> Option<Account> {
    let (prefix, rest) = id.split_at_checked(4)?;
    // Source: AWS IAM user guide, "IAM identifiers": the prefixes of access keys and of temporary ones.
    let is_key = matches!(prefix, "AKIA" | "ASIA") && rest.len() == LENGTH && value(rest).is_some();
    let bits = value(rest.get(..CHARACTERS)?).filter(|_| is_key)?;
    let number = (bits >> (BITS_BEHIND + SPARE_BITS)) & ACCOUNT_BITS;
    Account::parse(&format!("{number:012}"))
}

/// What base32 stands for, of which the last 64 bits are kept.
fn value(base32: &str) -> Option<u64> {
    base32.bytes().try_fold(0_u64, |bits, byte| {
        let digit = BASE32.iter().position(|each| *each == byte)?;
        Some(bits << 5 | u64::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_tells_its_account(number in 0..1_000_000_000_000_u64, seed in any::<u64>()) {
            let owner = Account::parse(&format!("{number:012}")).unwrap();
            let id = make(&Ids::seeded(seed), "ASIA", &owner);
            prop_assert_eq!(id.len(), 20);
            prop_assert_eq!(account(&id), Some(owner));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,24}") {
            let _ = account(&text);
        }
    }

    #[test]
    fn ids_of_aws_tell_their_accounts() {
        // An id that its author published together with the account.
        assert_eq!(account("ASIAQNZGKIQY56JQ7WML"), Account::parse("029608264753"));
    }

    #[test]
    fn what_is_no_key_id_tells_nothing() {
        for text in [
            "",
            "AKIA",
            "AKIAQNZGKIQY56JQ7WM",
            "AKIAQNZGKIQY56JQ7WM1",
            "AROAQNZGKIQY56JQ7WML",
            "ASIAqnzgkiqy56jq7wml",
        ] {
            assert_eq!(account(text), None, "{text}");
        }
        // More than twelve digits.
        assert_eq!(account("ASIA7777777777777777"), None);
    }
}
