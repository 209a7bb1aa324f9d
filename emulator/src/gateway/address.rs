//! The addresses of deployed APIs.

use crate::store::Region;

/// The stage of an HTTP API that needs no name.
pub(super) const DEFAULT_STAGE: &str = "$default";

/// Which stage of which API a request is for, and the path there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// API id.
    pub(crate) api: &'a str,
    /// Stage name.
    pub(crate) stage: &'a str,
    /// The path behind the stage, with its slash, not decoded.
    pub(crate) path: &'a str,
    /// The whole path behind the API, where it need not begin with a stage.
    pub(crate) behind_api: Option<&'a str>,
    /// The host that was called, without the port, where it names the API.
    pub(crate) host: Option<&'a str>,
    /// The region in that host, where it names one.
    pub(crate) region: Option<&'a str>,
    /// The base path of a custom domain name that led here, empty for none; `None` where the API was called by its own.
    pub(crate) base_path: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// The address that a custom domain name leads to.
    #[must_use]
    pub(crate) const fn of_domain(
        api: &'a str,
        stage: &'a str,
        path: &'a str,
        host: &'a str,
        base_path: &'a str,
    ) -> Self {
        let behind_api = None;
        Self { api, stage, path, behind_api, host: Some(host), region: None, base_path: Some(base_path) }
    }

    /// The address in a host and a path, if they are a deployed API's:
    ///
    /// * `{api}.execute-api.{region}.localhost/{stage}/…`, with or without the region, under any domain
    /// * `/_aws/execute-api/{api}/{stage}/…`
    ///
    /// In these two a path that begins with no stage's name is that of `$default`, where the API has such a stage, and
    ///
    /// * `/restapis/{api}/{stage}/_user_request_/…`
    #[must_use]
    pub(crate) fn parse(host: &'a str, path: &'a str) -> Option<Self> {
        let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if let Some((api, rest)) = host.split_once('.')
            && let mut labels = rest.split('.')
            && labels.next() == Some("execute-api")
        {
            let behind_api = Some(path);
            let (stage, path) = first_segment(path);
            let region = labels.next().filter(|label| Region::parse(label).is_some());
            return Some(Self { api, stage, path, behind_api, host: Some(host), region, base_path: None });
        }
        if let Some(rest) = below(path, "/_aws/execute-api") {
            let (api, rest) = first_segment(rest);
            let (stage, path) = first_segment(rest);
            return Some(Self {
                api,
                stage,
                path,
                behind_api: Some(rest),
                host: None,
                region: None,
                base_path: None,
            });
        }
        if let Some(rest) = below(path, "/restapis") {
            let (api, rest) = first_segment(rest);
            let (stage, rest) = first_segment(rest);
            let path = match below(rest, "/_user_request_")? {
                "" => "/",
                path => path,
            };
            return Some(Self {
                api,
                stage,
                path,
                behind_api: None,
                host: None,
                region: None,
                base_path: None,
            });
        }
        None
    }
}

impl<'a> Address<'a> {
    /// The stages that it may be for, best first. A host has `$default` at its root, and nowhere else (developer guide,
    /// "Stages for HTTP APIs"); the other addresses may name it.
    pub(super) fn stages(&self) -> impl Iterator<Item = &'a str> {
        let by_host = self.host.is_some() && self.base_path.is_none();
        let named = Some(self.named_stage()).filter(|stage| !by_host || *stage != DEFAULT_STAGE);
        named.into_iter().chain(self.behind_api.map(|_| DEFAULT_STAGE))
    }

    /// The path behind this one of its stages.
    pub(super) fn path_behind(&self, stage: &str) -> &'a str {
        match self.behind_api {
            Some(path) if self.host.is_some() && stage == DEFAULT_STAGE => path,
            Some(path) if stage != self.named_stage() => path,
            _ => self.path,
        }
    }

    fn named_stage(&self) -> &'a str {
        if self.stage == "%24default" { DEFAULT_STAGE } else { self.stage }
    }
}

/// What follows these first segments of a path: nothing, or a slash and more.
fn below<'a>(path: &'a str, first: &str) -> Option<&'a str> {
    path.strip_prefix(first).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The first segment of a path, and what follows it, at least a slash.
fn first_segment(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    match path.find('/') {
        Some(end) => path.split_at(end),
        None => (path, "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn every_form_of_address_is_understood() {
        for (host, path) in [
            ("abc.execute-api.eu-west-1.localhost:4566", "/prod/pets/1"),
            ("abc.execute-api.localhost", "/prod/pets/1"),
            ("abc.execute-api.us-east-1.amazonaws.com", "/prod/pets/1"),
            ("localhost:4566", "/_aws/execute-api/abc/prod/pets/1"),
            ("127.0.0.1:4566", "/restapis/abc/prod/_user_request_/pets/1"),
        ] {
            let address = Address::parse(host, path).unwrap();
            assert_eq!(
                (address.api, address.stage, address.path),
                ("abc", "prod", "/pets/1"),
                "{host}{path}"
            );
        }
    }

    #[test]
    fn a_host_may_name_the_region() {
        let region = |host| Address::parse(host, "/prod").unwrap().region;
        assert_eq!(region("abc.execute-api.eu-west-1.localhost:4566"), Some("eu-west-1"));
        assert_eq!(region("abc.execute-api.eu-west-1.amazonaws.com"), Some("eu-west-1"));
        assert_eq!(region("abc.execute-api.localhost"), None);
    }

    #[test]
    fn the_root_has_a_path() {
        for (host, path) in [
            ("abc.execute-api.localhost", "/prod"),
            ("abc.execute-api.localhost", "/prod/"),
            ("localhost", "/_aws/execute-api/abc/prod"),
            ("localhost", "/restapis/abc/prod/_user_request_"),
        ] {
            assert_eq!(Address::parse(host, path).unwrap().path, "/", "{host}{path}");
        }
    }

    #[test]
    fn a_path_without_a_stage_is_that_of_the_default_one() {
        let host = "abc.execute-api.localhost";
        for (host, path, stages, at_default, at_named) in [
            (host, "/prod/pets", &["prod", "$default"][..], "/prod/pets", "/pets"),
            (host, "/", &["", "$default"], "/", "/"),
            (host, "/$default/pets", &["$default"], "/$default/pets", "/$default/pets"),
            ("localhost", "/_aws/execute-api/abc/prod/pets", &["prod", "$default"], "/prod/pets", "/pets"),
            (
                "localhost",
                "/_aws/execute-api/abc/%24default/pets",
                &["$default", "$default"],
                "/pets",
                "/pets",
            ),
            ("localhost", "/_aws/execute-api/abc", &["", "$default"], "/", "/"),
            ("localhost", "/restapis/abc/prod/_user_request_/pets", &["prod"], "/pets", "/pets"),
        ] {
            let address = Address::parse(host, path).unwrap();
            assert_eq!(address.stages().collect::<Vec<_>>(), stages, "{host}{path}");
            assert_eq!(address.path_behind("$default"), at_default, "{host}{path}");
            assert_eq!(address.path_behind(stages[0]), at_named, "{host}{path}");
        }
    }

    #[test]
    fn the_control_plane_is_elsewhere() {
        for path in [
            "/restapis",
            "/restapis/abc/stages/prod",
            "/restapis/abc/prod/_user_requests",
            "/restapisabc/prod/_user_request_/pets",
            "/_aws/execute-apiabc/prod/pets",
            "/account",
        ] {
            assert_eq!(Address::parse("localhost:4566", path), None, "{path}");
        }
    }
}
