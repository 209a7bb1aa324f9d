//! What passwords of an account's users must be like.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use crate::iam::{Iam, faults};
use crate::service::{Ctx, Fault, Registrar};

/// Characters that count as symbols, as documented.
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

/// The policy of an account that has set none, as documented: so many characters, of so many of the four kinds.
const DEFAULT_LENGTH: usize = 8;
const DEFAULT_KINDS: usize = 3;

/// An account's password policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct PasswordPolicy {
    minimum_password_length: usize,
    require_symbols: bool,
    require_numbers: bool,
    require_uppercase_characters: bool,
    require_lowercase_characters: bool,
    allow_users_to_change_password: bool,
    expire_passwords: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::iam) max_password_age: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) password_reuse_prevention: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hard_expiry: Option<bool>,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.read(&operations::GET_ACCOUNT_PASSWORD_POLICY, get, &[]);
    registrar.write(&operations::UPDATE_ACCOUNT_PASSWORD_POLICY, update, &[]);
    registrar.write(&operations::DELETE_ACCOUNT_PASSWORD_POLICY, delete, &[]);
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyOutput {
    password_policy: Arc<PasswordPolicy>,
}

fn get(ctx: &Ctx<'_>, state: &Iam, _: Nothing) -> Result<PolicyOutput, Fault> {
    let password_policy = of(state).cloned().ok_or_else(|| no_policy(ctx))?;
    Ok(PolicyOutput { password_policy })
}

/// What is not given falls back to its default, as documented.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateAccountPasswordPolicy {
    minimum_password_length: Option<usize>,
    #[serde(default)]
    require_symbols: bool,
    #[serde(default)]
    require_numbers: bool,
    #[serde(default)]
    require_uppercase_characters: bool,
    #[serde(default)]
    require_lowercase_characters: bool,
    #[serde(default)]
    allow_users_to_change_password: bool,
    max_password_age: Option<i64>,
    password_reuse_prevention: Option<usize>,
    hard_expiry: Option<bool>,
}

fn update(_: &Ctx<'_>, state: &mut Iam, input: UpdateAccountPasswordPolicy) -> Result<(), Fault> {
    let policy = PasswordPolicy {
        minimum_password_length: input.minimum_password_length.unwrap_or(6),
        require_symbols: input.require_symbols,
        require_numbers: input.require_numbers,
        require_uppercase_characters: input.require_uppercase_characters,
        require_lowercase_characters: input.require_lowercase_characters,
        allow_users_to_change_password: input.allow_users_to_change_password,
        expire_passwords: input.max_password_age.is_some(),
        max_password_age: input.max_password_age,
        password_reuse_prevention: input.password_reuse_prevention,
        hard_expiry: input.hard_expiry,
    };
    state.credentials.password_policy.put((), policy);
    Ok(())
}

fn delete(ctx: &Ctx<'_>, state: &mut Iam, _: Nothing) -> Result<(), Fault> {
    state.credentials.password_policy.remove(&()).ok_or_else(|| no_policy(ctx))?;
    Ok(())
}

fn no_policy(ctx: &Ctx<'_>) -> Fault {
    let account = &ctx.scope.account;
    faults::missing(format!("The Password Policy with domain name {account} cannot be found."))
}

/// The account's policy, if it has set one.
pub(in crate::iam) fn of(state: &Iam) -> Option<&Arc<PasswordPolicy>> {
    state.credentials.password_policy.get(&())
}

/// Refuses a password that is not as it must be.
pub(super) fn check(state: &Iam, password: &str) -> Result<(), Fault> {
    let refusal = match of(state) {
        Some(policy) => policy.refusal(password),
        None => default_refusal(password),
    };
    refusal.map_or(Ok(()), |message| Err(violation(message)))
}

/// That a password breaks the policy.
pub(super) fn violation(message: impl Into<String>) -> Fault {
    Fault::new(400, "PasswordPolicyViolation", message)
}

impl PasswordPolicy {
    /// What is wrong with a password, the length first. The wordings are inferred.
    fn refusal(&self, password: &str) -> Option<String> {
        let least = self.minimum_password_length;
        if password.chars().count() < least {
            return Some(format!("Password should have a minimum length of {least}"));
        }
        let kinds = Kinds::of(password);
        let missing = if self.require_uppercase_characters && !kinds.uppercase {
            "uppercase letter"
        } else if self.require_lowercase_characters && !kinds.lowercase {
            "lowercase letter"
        } else if self.require_numbers && !kinds.digit {
            "number"
        } else if self.require_symbols && !kinds.symbol {
            "of the following symbols: ! @ # $ % ^ & * ( ) _ + - = [ ] { } | '"
        } else {
            return None;
        };
        Some(format!("Password should have at least one {missing}"))
    }
}

/// The wording is inferred.
fn default_refusal(password: &str) -> Option<String> {
    let is_long = password.chars().count() >= DEFAULT_LENGTH;
    (!is_long || Kinds::of(password).count() < DEFAULT_KINDS).then(|| {
        format!(
            "Password should have a minimum length of {DEFAULT_LENGTH} and at least {DEFAULT_KINDS} of: an uppercase \
             letter, a lowercase letter, a number, a symbol"
        )
    })
}

/// Which kinds of characters a password has.
struct Kinds {
    uppercase: bool,
    lowercase: bool,
    digit: bool,
    symbol: bool,
}

impl Kinds {
    /// Letters are those of the basic Latin alphabet, as documented.
    fn of(password: &str) -> Self {
        Self {
            uppercase: password.contains(|letter: char| letter.is_ascii_uppercase()),
            lowercase: password.contains(|letter: char| letter.is_ascii_lowercase()),
            digit: password.contains(|letter: char| letter.is_ascii_digit()),
            symbol: password.contains(|letter: char| SYMBOLS.contains(letter)),
        }
    }

    fn count(&self) -> usize {
        [self.uppercase, self.lowercase, self.digit, self.symbol].into_iter().filter(|has| *has).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> PasswordPolicy {
        PasswordPolicy {
            minimum_password_length: 6,
            require_symbols: true,
            require_numbers: true,
            require_uppercase_characters: true,
            require_lowercase_characters: true,
            allow_users_to_change_password: false,
            expire_passwords: false,
            max_password_age: None,
            password_reuse_prevention: None,
            hard_expiry: None,
        }
    }

    #[test]
    fn each_kind_that_is_required_must_be_there() {
        assert_eq!(policy().refusal("aB3'xy"), None);
        for (password, missing) in [
            ("aB3'x", "length of 6"),
            ("ab3'xy", "uppercase"),
            ("AB3'XY", "lowercase"),
            ("aBc'xy", "number"),
            ("aB3xyz", "symbols"),
            // Neither letters of other alphabets nor other marks count.
            ("äB3'ÖÜß", "lowercase"),
            ("Äb3'öüß", "uppercase"),
            ("aB3,;xy", "symbols"),
            ("aB٣'xy", "number"),
        ] {
            let refusal = policy().refusal(password).unwrap();
            assert!(refusal.contains(missing), "{password}: {refusal}");
        }
    }

    #[test]
    fn without_a_policy_the_default_holds() {
        for password in ["Abcdefg1", "abcdefg1!", "ABCDEFG1!", "Abcdefg!"] {
            assert_eq!(default_refusal(password), None, "{password}");
        }
        for password in ["Abcdef1", "abcdefg1", "abcdefgh", "ABCDEFG1", "Äbcdefg1"] {
            assert!(default_refusal(password).is_some(), "{password}");
        }
    }
}
