//! IAM's tagged resources, for the Resource Groups Tagging API.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::tagged::{Tagged, change};
use super::{Tag, add, remove};
use crate::iam::credentials::{MfaDevice, ServerCertificate};
use crate::iam::federation::{OidcProvider, SamlProvider};
use crate::iam::instance_profiles::InstanceProfile;
use crate::iam::managed_policies::Policy;
use crate::iam::roles::Role;
use crate::iam::users::User;
use crate::iam::{Iam, PolicyArn, RoleName, UserName, faults};
use crate::service::ports::{TagBearer, TaggedResource, TaggedRow};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Scope, Scopes, assert_unlocked};

/// A kind of resource that the Resource Groups Tagging API tags.
pub(in crate::iam) trait Found: Tagged {
    /// The key of the one that has this ARN, where `path` is what follows the kind's word in it.
    fn key(arn: &Arn<'_>, path: &str) -> Option<Self::Key>;

    /// Its ARN.
    fn arn(&self) -> &str;

    /// Those behind this ARN that have tags or had some, in the order of ARNs; none of a kind that is tagged and not found.
    fn ever_tagged<'a>(state: &'a Iam, after: Option<&str>) -> Vec<&'a Arc<Self>>;

    /// The one of this key, if it has tags or had some.
    fn if_ever_tagged<'a>(state: &'a Iam, key: &Self::Key) -> Option<&'a Arc<Self>>;
}

/// What IAM does with the resources of one kind.
struct Kind {
    /// The word for it in ARNs.
    word: &'static str,
    takes: fn(&Arn<'_>, &str) -> bool,
    find: fn(&Iam, &Arn<'_>, &str) -> Option<TaggedResource>,
    each: Each,
    change: fn(&mut Iam, &Arn<'_>, &str, Change<'_>) -> Result<(), Fault>,
}

type Each = fn(&Iam, Option<&Arn<'_>>, &mut dyn FnMut(TaggedRow<'_>) -> ControlFlow<()>) -> ControlFlow<()>;

/// What is done to tags.
enum Change<'a> {
    Add(&'a [(String, String)]),
    Remove(&'a [String]),
}

/// In the order of their ARNs.
///
/// Roles and users can be tagged this way, but are not found (aws/aws-sdk#581, and the table of supported resource
/// types).
const KINDS: &[Kind] = &[
    Kind::of::<InstanceProfile>("instance-profile"),
    Kind::of::<MfaDevice>("mfa"),
    Kind::of::<OidcProvider>("oidc-provider"),
    Kind::of::<Policy>("policy"),
    Kind::of::<Role>("role"),
    Kind::of::<SamlProvider>("saml-provider"),
    Kind::of::<ServerCertificate>("server-certificate"),
    Kind::of::<User>("user"),
];

impl Kind {
    const fn of<T: Found>(word: &'static str) -> Self {
        Self {
            word,
            takes: |arn, path| T::key(arn, path).is_some(),
            find: |state, arn, path| {
                let row = T::if_ever_tagged(state, &T::key(arn, path)?)?;
                Some(tagged_row(&**row)?.to_resource()).filter(|_| row.arn() == arn.text)
            },
            each: |state, after, visit| {
                let rows = T::ever_tagged(state, after.map(|after| after.text));
                rows.into_iter().filter_map(|row| tagged_row(&**row)).try_for_each(visit)
            },
            change: |state, arn, path, what| {
                let key = T::key(arn, path).ok_or_else(|| faults::not_an_arn(arn.text))?;
                // One of this name and another path is another one.
                if T::find(state, &key)?.arn() != arn.text {
                    return Err(faults::missing(format!("{} cannot be found.", arn.text)));
                }
                change::<T>(state, key, |tags| what.apply(tags, T::QUOTA))
            },
        }
    }

    /// The kind of an ARN, and what follows its word there.
    fn in_arn<'a>(arn: &Arn<'a>) -> Option<(&'static Self, &'a str)> {
        let (word, path) = arn.resource.split_once('/').filter(|_| arn.region.is_empty())?;
        let kind = KINDS.iter().find(|kind| kind.word == word)?;
        (kind.takes)(arn, path).then_some((kind, path))
    }
}

impl Change<'_> {
    fn apply(self, tags: &mut Vec<Tag>, quota: &str) -> Result<(), Fault> {
        match self {
            Self::Add(new) => {
                let new = new.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() });
                add(tags, new.collect(), quota)
            }
            Self::Remove(keys) => {
                remove(tags, keys);
                Ok(())
            }
        }
    }
}

fn tagged_row<T: Found>(row: &T) -> Option<TaggedRow<'_>> {
    let mut tags: Vec<_> = row.tags().iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    tags.sort_unstable();
    Some(TaggedRow { arn: Arn::parse(row.arn())?, tags })
}

/// Those behind an ARN in the order of ARNs, of a kind whose table goes by names.
pub(in crate::iam) fn in_order<'a, T: Found>(
    rows: impl Iterator<Item = &'a Arc<T>>,
    after: Option<&str>,
) -> Vec<&'a Arc<T>> {
    let mut rows: Vec<_> = rows.filter(|row| after.is_none_or(|after| row.arn() > after)).collect();
    rows.sort_unstable_by(|one, other| one.arn().cmp(other.arn()));
    rows
}

/// The name at the end of a path.
pub(in crate::iam) fn last_name(path: &str) -> Option<&str> {
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

impl Found for Policy {
    fn key(arn: &Arn<'_>, path: &str) -> Option<PolicyArn> {
        last_name(path).map(|_| arn.text.to_owned())
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged<'a>(state: &'a Iam, after: Option<&str>) -> Vec<&'a Arc<Self>> {
        state.ever_tagged.rows(&state.policies, after.map(str::to_owned)).collect()
    }

    fn if_ever_tagged<'a>(state: &'a Iam, arn: &PolicyArn) -> Option<&'a Arc<Self>> {
        state.ever_tagged.row(&state.policies, arn)
    }
}

impl Found for Role {
    fn key(_: &Arn<'_>, path: &str) -> Option<RoleName> {
        last_name(path).map(RoleName::from)
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged<'a>(_: &'a Iam, _: Option<&str>) -> Vec<&'a Arc<Self>> {
        Vec::new()
    }

    fn if_ever_tagged<'a>(_: &'a Iam, _: &RoleName) -> Option<&'a Arc<Self>> {
        None
    }
}

/// That users are as roles in this is inferred.
impl Found for User {
    fn key(_: &Arn<'_>, path: &str) -> Option<UserName> {
        last_name(path).map(UserName::from)
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged<'a>(_: &'a Iam, _: Option<&str>) -> Vec<&'a Arc<Self>> {
        Vec::new()
    }

    fn if_ever_tagged<'a>(_: &'a Iam, _: &UserName) -> Option<&'a Arc<Self>> {
        None
    }
}

/// Answers the [`TagBearer`] port from IAM's state: in the home region of the partition, and nowhere else.
pub(crate) struct TaggedEntities {
    states: Arc<Scopes<Iam>>,
}

impl TaggedEntities {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Iam>>) -> Self {
        Self { states }
    }

    fn change(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, what: Change<'_>) -> Result<(), Fault> {
        assert_unlocked();
        let (kind, path) = Kind::in_arn(arn).ok_or_else(|| faults::not_an_arn(arn.text))?;
        if !is_home(ctx.scope) || arn.account != ctx.scope.account.as_str() {
            return Err(faults::not_an_arn(arn.text));
        }
        self.states.write(ctx.scope, |state| (kind.change)(state, arn, path, what))
    }
}

impl TagBearer for TaggedEntities {
    fn service(&self) -> &'static str {
        "iam"
    }

    fn takes(&self, arn: &Arn<'_>) -> bool {
        Kind::in_arn(arn).is_some()
    }

    fn tagged(&self, scope: &Scope, arn: &Arn<'_>) -> Option<TaggedResource> {
        assert_unlocked();
        let (kind, path) = Kind::in_arn(arn).filter(|_| is_home(scope))?;
        self.states.read(scope, |state| (kind.find)(state, arn, path))
    }

    fn each_tagged(
        &self,
        scope: &Scope,
        after: Option<&Arn<'_>>,
        visit: &mut dyn FnMut(TaggedRow<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        assert_unlocked();
        if !is_home(scope) {
            return ControlFlow::Continue(());
        }
        self.states.read(scope, |state| KINDS.iter().try_for_each(|kind| (kind.each)(state, after, visit)))
    }

    fn tag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, tags: &[(String, String)]) -> Result<(), Fault> {
        self.change(ctx, arn, Change::Add(tags))
    }

    fn untag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, keys: &[String]) -> Result<(), Fault> {
        self.change(ctx, arn, Change::Remove(keys))
    }
}

fn is_home(scope: &Scope) -> bool {
    scope.region == scope.region.partition().home_region()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::Ids;
    use crate::service::{Principal, Quotas};
    use crate::store::Exported;
    use crate::time::Timestamp;

    const MFA: &str = "arn:aws:iam::000000000000:mfa/phone";
    const CERTIFICATE: &str = "arn:aws:iam::000000000000:server-certificate/servers/www";
    const USER: &str = "arn:aws:iam::000000000000:user/ann";

    /// A device with a tag, a certificate that has none, and a user.
    fn entities() -> TaggedEntities {
        let state = json!({
            "roles": [], "inline_policies": [], "attachments": [], "policies": [], "policy_versions": [],
            "users": [["ann", {
                "Path": "/", "UserName": "ann", "UserId": "AIDA", "Arn": USER, "CreateDate": 0
            }]],
            "credentials": {
                "mfa_devices": [[MFA, {
                    "SerialNumber": MFA, "Seed": "AAAA", "Tags": [{"Key": "team", "Value": "blue"}]
                }]],
                "server_certificates": [["www", {
                    "ServerCertificateMetadata": {
                        "Path": "/servers/", "ServerCertificateName": "www", "ServerCertificateId": "ASCA",
                        "Arn": CERTIFICATE, "UploadDate": 0, "Expiration": 0
                    },
                    "CertificateBody": "", "PrivateKey": ""
                }]]
            }
        });
        let states: Arc<Scopes<Iam>> = Arc::default();
        let state = Exported { scope: Scope::default(), state: serde_json::from_value(state).unwrap() };
        drop(states.replace(vec![state], &|_| {}));
        TaggedEntities::new(states)
    }

    fn found(entities: &TaggedEntities, after: Option<&str>) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        let after = after.map(|arn| Arn::parse(arn).unwrap());
        let _ = entities.each_tagged(&Scope::default(), after.as_ref(), &mut |row| {
            found.push((row.arn.text.to_owned(), row.tags.len()));
            ControlFlow::Continue(())
        });
        found
    }

    fn change(
        entities: &TaggedEntities,
        change: impl FnOnce(&TaggedEntities, &Ctx<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let scope = Scope::default();
        let ctx = Ctx {
            scope: &scope,
            principal: &Principal::root(&scope),
            now: Timestamp::default(),
            ids: &Ids::seeded(1),
            quotas: &Quotas::default(),
        };
        change(entities, &ctx)
    }

    fn tag(entities: &TaggedEntities, arn: &str) -> Result<(), Fault> {
        let tags = [("env".to_owned(), "test".to_owned())];
        change(entities, |entities, ctx| entities.tag(ctx, &Arn::parse(arn).unwrap(), &tags))
    }

    #[test]
    fn kinds_are_found_in_the_order_of_arns_while_they_have_or_had_tags() {
        let entities = entities();
        assert_eq!(found(&entities, None), [(MFA.to_owned(), 1)]);
        tag(&entities, CERTIFICATE).unwrap();
        assert_eq!(found(&entities, None), [(MFA.to_owned(), 1), (CERTIFICATE.to_owned(), 1)]);
        assert_eq!(found(&entities, Some(MFA)), [(CERTIFICATE.to_owned(), 1)]);
        let keys = ["env".to_owned()];
        change(&entities, |entities, ctx| entities.untag(ctx, &Arn::parse(CERTIFICATE).unwrap(), &keys))
            .unwrap();
        assert_eq!(found(&entities, Some(MFA)), [(CERTIFICATE.to_owned(), 0)]);
        let tagged = |arn| entities.tagged(&Scope::default(), &Arn::parse(arn).unwrap());
        assert_eq!(tagged(CERTIFICATE).unwrap().tags, []);
        assert_eq!(tagged("arn:aws:iam::000000000000:server-certificate/www"), None, "another path");
    }

    #[test]
    fn users_are_tagged_and_not_found() {
        let entities = entities();
        tag(&entities, USER).unwrap();
        assert_eq!(found(&entities, Some(MFA)), []);
        assert_eq!(entities.tagged(&Scope::default(), &Arn::parse(USER).unwrap()), None);
    }

    #[test]
    fn what_is_not_there_or_bears_no_tags_is_refused() {
        let entities = entities();
        for (arn, code) in [
            ("arn:aws:iam::000000000000:user/people/ann", "NoSuchEntity"),
            ("arn:aws:iam::000000000000:mfa/other", "NoSuchEntity"),
            ("arn:aws:iam::000000000000:server-certificate/www", "NoSuchEntity"),
            ("arn:aws:iam::000000000000:group/people", "InvalidInput"),
            ("arn:aws:iam::000000000000:user/", "InvalidInput"),
            ("arn:aws:iam::000000000000:mfaphone", "InvalidInput"),
            ("arn:aws:iam:us-east-1:000000000000:user/ann", "InvalidInput"),
            ("arn:aws:iam::111111111111:user/ann", "InvalidInput"),
        ] {
            assert_eq!(tag(&entities, arn).unwrap_err().code, code, "{arn}");
        }
    }
}
