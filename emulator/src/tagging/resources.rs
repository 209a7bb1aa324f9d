//! GetResources.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::paging::{after, token};
use super::{Bearers, faults};
use crate::service::ports::TaggedResource;
use crate::service::{Arn, Ctx, Fault};

/// Resources on a page where the caller does not say, inferred.
const DEFAULT_RESOURCES: i64 = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetResources {
    pagination_token: Option<String>,
    tag_filters: Option<Vec<TagFilter>>,
    resources_per_page: Option<i64>,
    tags_per_page: Option<i64>,
    resource_type_filters: Option<Vec<String>>,
    #[serde(default)]
    include_compliance_details: bool,
    #[serde(default)]
    exclude_compliant_resources: bool,
    #[serde(rename = "ResourceARNList")]
    resource_arns: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagFilter {
    key: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Resources {
    pagination_token: String,
    resource_tag_mapping_list: Vec<Mapping>,
}

#[derive(Serialize)]
struct Mapping {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    #[serde(rename = "Tags")]
    tags: Vec<Tag>,
    #[serde(rename = "ComplianceDetails")]
    compliance_details: Option<Compliance>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

/// How tags stand to the tag policy. Without one, which only organizations have, they comply.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Compliance {
    compliance_status: bool,
}

pub(super) fn get(ctx: &Ctx<'_>, bearers: &Bearers, input: GetResources) -> Result<Resources, Fault> {
    input.check()?;
    let (found, last) = match &input.resource_arns {
        Some(arns) => (by_arn(ctx, bearers, arns)?, None),
        None => input.search(ctx, bearers)?,
    };
    let compliance_details =
        || input.include_compliance_details.then_some(Compliance { compliance_status: true });
    Ok(Resources {
        pagination_token: token(ctx, last.as_deref()),
        resource_tag_mapping_list: found
            .into_iter()
            .map(|resource| Mapping {
                resource_arn: resource.arn,
                tags: resource.tags.into_iter().map(|(key, value)| Tag { key, value }).collect(),
                compliance_details: compliance_details(),
            })
            .collect(),
    })
}

/// Just these, as far as they have tags or had some. What is not there is no error, as documented.
fn by_arn(ctx: &Ctx<'_>, bearers: &Bearers, texts: &[String]) -> Result<Vec<TaggedResource>, Fault> {
    let mut found = Vec::with_capacity(texts.len());
    for text in texts {
        let arn = Arn::parse(text).ok_or_else(|| faults::not_an_arn(text))?;
        found.extend(bearers.of(&arn).and_then(|bearer| bearer.tagged(ctx.scope, &arn)));
    }
    Ok(found)
}

impl GetResources {
    /// The rules between members are documented, the wording is inferred.
    fn check(&self) -> Result<(), Fault> {
        if self.resource_arns.is_some() {
            let others = [
                ("ResourceTypeFilters", self.resource_type_filters.is_some()),
                ("TagFilters", self.tag_filters.is_some()),
                ("ResourcesPerPage", self.resources_per_page.is_some()),
                ("TagsPerPage", self.tags_per_page.is_some()),
                ("PaginationToken", self.pagination_token.as_ref().is_some_and(|token| !token.is_empty())),
            ];
            if let Some((other, _)) = others.into_iter().find(|(_, given)| *given) {
                return Err(faults::invalid(format!(
                    "ResourceARNList and {other} cannot be specified in the same request."
                )));
            }
        }
        if self.exclude_compliant_resources && !self.include_compliance_details {
            return Err(faults::invalid(
                "ExcludeCompliantResources can only be specified if IncludeComplianceDetails is true.",
            ));
        }
        within("ResourcesPerPage", self.resources_per_page, 1, 100)?;
        within("TagsPerPage", self.tags_per_page, 100, 500)
    }

    /// A page of what the filters let through, in the order of ARNs, and the last of them where others follow.
    fn search(
        &self,
        ctx: &Ctx<'_>,
        bearers: &Bearers,
    ) -> Result<(Vec<TaggedResource>, Option<String>), Fault> {
        let after = after(ctx, self.pagination_token.as_deref())?;
        let after = match &after {
            Some(arn) => Some(Arn::parse(arn).ok_or_else(faults::bad_token)?),
            None => None,
        };
        let mut filters = Vec::new();
        for TagFilter { key, values } in self.tag_filters.iter().flatten() {
            let key = key.as_ref().ok_or_else(|| faults::invalid("A tag filter must contain a key."))?;
            filters.push((key, values));
        }
        let mut page = Page::new(self.resources_per_page, self.tags_per_page);
        // Every resource complies.
        if self.exclude_compliant_resources {
            return Ok(page.end());
        }
        let types: Option<Vec<TypeFilter<'_>>> = self
            .resource_type_filters
            .as_ref()
            .filter(|types| !types.is_empty())
            .map(|types| types.iter().map(|text| TypeFilter::of(text)).collect());
        let any_type = |takes: &dyn Fn(&TypeFilter<'_>) -> bool| {
            types.as_ref().is_none_or(|types| types.iter().any(takes))
        };
        let is_wanted = |resource: &TaggedResource| {
            Arn::parse(&resource.arn).is_some_and(|arn| any_type(&|each| each.takes(&arn)))
                && filters.iter().all(|(key, values)| has_tag(resource, key, values))
        };
        let of_service = |service: &str| any_type(&|each| each.service == service);
        bearers.each_tagged(ctx.scope, after.as_ref(), of_service, &mut |resource| {
            if is_wanted(&resource) { page.take(resource) } else { ControlFlow::Continue(()) }
        });
        Ok(page.end())
    }
}

/// A page that fills: with resources, or with their tags.
struct Page {
    found: Vec<TaggedResource>,
    resources: usize,
    tags: usize,
    /// Whether something was left out.
    is_over: bool,
}

impl Page {
    fn new(resources: Option<i64>, tags: Option<i64>) -> Self {
        let default = if tags.is_some() { i64::MAX } else { DEFAULT_RESOURCES };
        let room = |asked: i64| usize::try_from(asked).unwrap_or_default();
        Self {
            found: Vec::new(),
            resources: room(resources.unwrap_or(default)),
            tags: room(tags.unwrap_or(i64::MAX)),
            is_over: false,
        }
    }

    /// Takes a resource if there is room. One without tags counts as one with one.
    fn take(&mut self, resource: TaggedResource) -> ControlFlow<()> {
        let left = self.tags.checked_sub(resource.tags.len().max(1));
        match left.filter(|_| self.found.len() < self.resources) {
            Some(left) => {
                self.tags = left;
                self.found.push(resource);
                ControlFlow::Continue(())
            }
            None => {
                self.is_over = true;
                ControlFlow::Break(())
            }
        }
    }

    fn end(self) -> (Vec<TaggedResource>, Option<String>) {
        let last = self.found.last().filter(|_| self.is_over).map(|resource| resource.arn.clone());
        (self.found, last)
    }
}

fn within(member: &str, value: Option<i64>, least: i64, most: i64) -> Result<(), Fault> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            Err(faults::invalid(format!("{member} must be between {least} and {most}.")))
        }
        _ => Ok(()),
    }
}

fn has_tag(resource: &TaggedResource, key: &str, values: &[String]) -> bool {
    let mut tags = resource.tags.iter();
    tags.any(|(name, value)| name == key && (values.is_empty() || values.contains(value)))
}

/// `service[:resourceType]`, each as it stands in ARNs.
struct TypeFilter<'a> {
    service: &'a str,
    kind: Option<&'a str>,
}

impl<'a> TypeFilter<'a> {
    fn of(text: &'a str) -> Self {
        match text.split_once(':') {
            Some((service, kind)) => Self { service, kind: Some(kind) },
            None => Self { service: text, kind: None },
        }
    }

    fn takes(&self, arn: &Arn<'_>) -> bool {
        // API Gateway's resources begin with a slash.
        let resource = arn.resource.strip_prefix('/').unwrap_or(arn.resource);
        let is_of = |kind: &str| resource.strip_prefix(kind).is_some_and(|rest| rest.starts_with(['/', ':']));
        self.service == arn.service && self.kind.is_none_or(is_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_what_arns_begin_with() {
        let stage = Arn::parse("arn:aws:apigateway:us-east-1::/restapis/a/stages/b").unwrap();
        let group = Arn::parse("arn:aws:logs:us-east-1:000000000000:log-group:restapis/a").unwrap();
        for (filter, of_stage, of_group) in [
            ("apigateway", true, false),
            ("apigateway:restapis", true, false),
            ("apigateway:rest", false, false),
            ("logs:log-group", false, true),
            ("logs:restapis", false, false),
            ("", false, false),
        ] {
            let filter = TypeFilter::of(filter);
            assert_eq!((filter.takes(&stage), filter.takes(&group)), (of_stage, of_group));
        }
    }
}
