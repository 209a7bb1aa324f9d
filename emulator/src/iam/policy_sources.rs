//! The policies of a user, group or role, each with where it is from.

use std::collections::BTreeSet;
use std::iter::once;

use super::document::IdentityDocument;
use super::entities::{Entity, EntityKind};
use super::{Iam, PolicyArn, PolicyName, faults, managed_policies, memberships};
use crate::service::{Arn, Ctx, Fault};

/// A policy that lets an entity do something.
#[derive(Clone, Copy, Debug)]
pub(super) struct PolicySource<'a> {
    /// Its name.
    pub(super) name: &'a PolicyName,
    /// What it is attached to, which may be a group of the user.
    pub(super) attachment: Attachment<'a>,
    /// What it says, and in which words.
    pub(super) document: &'a IdentityDocument,
}

/// How a policy belongs to an entity.
#[derive(Clone, Copy, Debug)]
pub(super) enum Attachment<'a> {
    /// It is a part of this entity.
    Inline(&'a Entity),
    /// It is managed, and has this ARN.
    Managed(&'a PolicyArn),
}

/// The policies of an entity, and of a user's groups. A managed policy comes once, however often it is attached.
pub(super) fn of<'a>(state: &'a Iam, entity: &Entity) -> Vec<PolicySource<'a>> {
    let mut seen = BTreeSet::new();
    let mut sources = Vec::new();
    for entity in with_groups(state, entity) {
        for ((owner, name), policy) in state.inline_policies.range(entity.rows()) {
            let attachment = Attachment::Inline(owner);
            sources.push(PolicySource { name, attachment, document: &policy.policy_document });
        }
        for ((_, arn), attached) in state.attachments.range(entity.rows()) {
            let document = managed_policies::default_text(state, arn);
            if let Some(document) = document.filter(|_| seen.insert(arn)) {
                let (name, attachment) = (&attached.policy_name, Attachment::Managed(arn));
                sources.push(PolicySource { name, attachment, document });
            }
        }
    }
    sources
}

fn with_groups(state: &Iam, entity: &Entity) -> Vec<Entity> {
    let groups = (entity.kind == EntityKind::User)
        .then(|| memberships::groups_of(state, &entity.name).map(|group| Entity::group(group)));
    once(entity.clone()).chain(groups.into_iter().flatten()).collect()
}

/// The user, group or role of the account that an ARN names.
///
/// It is found by its name, whatever path the ARN has, as has been observed.
pub(super) fn entity_of(ctx: &Ctx<'_>, state: &Iam, arn: &str) -> Result<Entity, Fault> {
    let (arn, entity) = read(arn).ok_or_else(|| faults::no_entity_arn(arn))?;
    if arn.account != ctx.scope.account.as_str() || arn.partition != ctx.scope.region.partition().id {
        let Entity { kind, name } = entity;
        return Err(faults::missing(format!("The {} with name {name} cannot be found.", kind.word())));
    }
    entity.must_exist(state)?;
    Ok(entity)
}

/// The entity that an ARN is of, in whatever account.
pub(super) fn read(arn: &str) -> Option<(Arn<'_>, Entity)> {
    let arn = Arn::parse(arn).filter(|arn| (arn.service, arn.region) == ("iam", ""))?;
    let (kind, path) = arn.resource.split_once('/')?;
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    let entity = match kind {
        "user" => Entity::user(name),
        "group" => Entity::group(name),
        "role" => Entity::role(name),
        _ => return None,
    };
    Some((arn, entity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_arns_of_entities_are_read() {
        let entity = |arn| read(arn).map(|(_, entity)| entity);
        assert_eq!(entity("arn:aws:iam::123456789012:user/a/b/ann"), Some(Entity::user("ann")));
        assert_eq!(entity("arn:aws-cn:iam::123456789012:group/ops"), Some(Entity::group("ops")));
        for none in [
            "arn:aws:iam::123456789012:root",
            "arn:aws:iam::123456789012:policy/p",
            "arn:aws:iam::123456789012:user/",
            "arn:aws:iam::123456789012:user/ann/",
            "arn:aws:iam:us-east-1:123456789012:user/ann",
            "arn:aws:sts::123456789012:assumed-role/ci/7",
            "user/ann",
            "arn:aws:iam::123456789012:ùser/ann",
        ] {
            assert_eq!(entity(none), None, "{none}");
        }
    }
}
