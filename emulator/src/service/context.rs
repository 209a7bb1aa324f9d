//! The global condition keys: what conditions may ask about any request.
//!
//! Source: AWS IAM user guide, "AWS global condition context keys". docs/iam.md tells which are filled, and how.

use std::net::IpAddr;

use stagecheck_policy::Context;

use super::{Identity, Principal};
use crate::time::Timestamp;

/// What a request tells beside its call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances<'a> {
    /// The other end of the connection.
    pub(crate) source_ip: IpAddr,
    /// The `User-Agent` header.
    pub(crate) user_agent: Option<&'a str>,
    /// The `Referer` header.
    pub(crate) referer: Option<&'a str>,
}

impl<'a> Circumstances<'a> {
    /// As headers, by their names in lower case, and a connection tell them.
    pub(crate) fn of(header: impl Fn(&str) -> Option<&'a str>, source_ip: IpAddr) -> Self {
        Self { source_ip, user_agent: header("user-agent"), referer: header("referer") }
    }
}

/// The keys that every request has, whoever makes it.
///
/// The transport counts as secure: what the emulator stands for is not served in clear text.
pub(crate) fn of_request(circumstances: &Circumstances<'_>, region: &str, now: Timestamp) -> Context {
    of_time_and_place(region, now)
        .with("aws:SourceIp", [circumstances.source_ip.to_string()])
        .with("aws:SecureTransport", ["true"])
        // Nothing here calls on a caller's behalf, and services do not come this way.
        .with("aws:ViaAWSService", ["false"])
        .with("aws:PrincipalIsAWSService", ["false"])
        .with("aws:UserAgent", circumstances.user_agent)
        .with("aws:referer", circumstances.referer)
}

/// The keys that tell when a request is made, and where.
pub(crate) fn of_time_and_place(region: &str, now: Timestamp) -> Context {
    Context::default()
        .with("aws:CurrentTime", [now.whole_seconds().iso8601()])
        .with("aws:EpochTime", [seconds(now)])
        .with("aws:RequestedRegion", [region])
}

/// The same with the keys that tell of the caller. `tags` are those of its user or role.
pub(crate) fn of_caller(
    context: Context,
    caller: &Principal,
    tags: &[(String, String)],
    now: Timestamp,
) -> Context {
    let is_federated = caller.is_federated_user();
    let (arn, kind, name) = match &caller.identity {
        _ if is_federated => (caller.arn.as_str(), "FederatedUser", None),
        Identity::Root => (caller.arn.as_str(), "Account", None),
        Identity::User { arn, name } => (&**arn, "User", Some(name.as_str())),
        // The role's, not the session's: so documented.
        Identity::Role { arn, .. } => (&**arn, "AssumedRole", None),
    };
    let mut context = context
        .with("aws:PrincipalArn", [arn])
        .with("aws:PrincipalAccount", [caller.account.as_str()])
        .with("aws:PrincipalType", [kind])
        .with("aws:userid", [caller.user_id.as_str()])
        .with("aws:username", name);
    let session = caller.session.as_ref();
    // The session's tags come last: they stand over those of the identity.
    for (key, value) in tags.iter().chain(session.iter().flat_map(|session| &session.tags)) {
        context = context.with(&format!("aws:PrincipalTag/{key}"), [value.as_str()]);
    }
    let Some(session) = session else { return context };
    let age = session.mfa_authenticated.map(|at| (now.millis() - at.millis()).max(0) / 1000);
    context
        .with("aws:TokenIssueTime", [session.issued.whole_seconds().iso8601()])
        .with("aws:MultiFactorAuthPresent", [session.mfa_authenticated.is_some().to_string()])
        .with("aws:MultiFactorAuthAge", age.map(|age| age.to_string()))
        .with("aws:SourceIdentity", session.source_identity.as_deref())
        .with("aws:FederatedProvider", session.federated_provider.as_deref())
}

fn seconds(moment: Timestamp) -> String {
    (moment.millis() / 1000).to_string()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::service::Session;
    use crate::store::{Account, Scope};

    const NOW: Timestamp = Timestamp::from_millis(1_790_328_027_988);

    fn base() -> Context {
        let circumstances = Circumstances {
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: Some("curl"),
            referer: None,
        };
        of_request(&circumstances, "eu-west-1", NOW)
    }

    fn one<'c>(context: &'c Context, key: &str) -> Option<&'c str> {
        context.get(key).map(|values| {
            assert_eq!(values.len(), 1, "{key}");
            values[0].as_str()
        })
    }

    #[test]
    fn every_request_has_its_circumstances() {
        let context = base();
        for (key, value) in [
            ("aws:SourceIp", Some("127.0.0.1")),
            ("aws:UserAgent", Some("curl")),
            ("aws:referer", None),
            ("aws:CurrentTime", Some("2026-09-25T09:20:27Z")),
            ("aws:EpochTime", Some("1790328027")),
            ("aws:RequestedRegion", Some("eu-west-1")),
            ("aws:SourceVpce", None),
        ] {
            assert_eq!(one(&context, key), value, "{key}");
        }
    }

    #[test]
    fn root_has_no_name_and_no_token() {
        let context = of_caller(base(), &Principal::root(&Scope::default()), &[], NOW);
        assert_eq!(one(&context, "aws:PrincipalType"), Some("Account"));
        assert_eq!(one(&context, "aws:PrincipalArn"), Some("arn:aws:iam::000000000000:root"));
        for key in ["aws:username", "aws:TokenIssueTime", "aws:MultiFactorAuthPresent"] {
            assert_eq!(one(&context, key), None, "{key}");
        }
    }

    #[test]
    fn a_session_is_known_by_its_role_and_has_its_own_tags_over_the_roles() {
        let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let caller = Principal {
            account: Account::parse("000000000000").unwrap(),
            arn: "arn:aws:sts::000000000000:assumed-role/ops/shift".into(),
            user_id: "AROA:shift".into(),
            identity: Identity::Role {
                arn: "arn:aws:iam::000000000000:role/x/ops".into(),
                name: "ops".into(),
            },
            session: Some(Session {
                issued: NOW.plus_seconds(-60),
                expires: NOW.plus_seconds(3540),
                policies: None,
                tags: vec![tag("Team", "red")],
                transitive_tag_keys: Vec::new(),
                source_identity: Some("ann".into()),
                mfa_authenticated: Some(NOW.plus_seconds(-90)),
                federated_provider: None,
            }),
        };
        let context = of_caller(base(), &caller, &[tag("team", "blue"), tag("cost", "1")], NOW);
        for (key, value) in [
            ("aws:PrincipalArn", "arn:aws:iam::000000000000:role/x/ops"),
            ("aws:PrincipalType", "AssumedRole"),
            ("aws:userid", "AROA:shift"),
            ("aws:PrincipalTag/TEAM", "red"),
            ("aws:PrincipalTag/cost", "1"),
            ("aws:MultiFactorAuthPresent", "true"),
            ("aws:MultiFactorAuthAge", "90"),
            ("aws:SourceIdentity", "ann"),
        ] {
            assert_eq!(one(&context, key), Some(value), "{key}");
        }
        assert_eq!(one(&context, "aws:username"), None);
    }
}
