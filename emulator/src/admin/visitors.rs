//! Which requests a page in a browser has made that has no business here.
//!
//! Any page may have a browser send requests to this machine, and with a host name that its owner points here (DNS
//! rebinding) it may even read the answers. So the host must be a name that only this machine has, and the origin, which
//! browsers tell of requests that change something, must be the emulator itself. Programs tell no origin.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;

/// Where a browser tells how far away the page is.
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Tells who may call.
#[derive(Debug)]
pub(crate) struct Visitors {
    /// A name that the emulator was told to serve under.
    host_name: Option<String>,
}

/// Why a request is none of a program, nor of a page of the emulator's own.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Stranger {
    #[error(
        "the host {0:?} is none of this machine's own names: call localhost, an address, or the name given with --host"
    )]
    Host(String),
    #[error("the request comes from a page of another origin, {0:?}")]
    Origin(String),
    #[error("the request comes from a page of another site (Sec-Fetch-Site: {0})")]
    Site(String),
}

impl Visitors {
    pub(crate) fn new(host_name: Option<String>) -> Self {
        Self { host_name }
    }

    /// Refuses a request that a page of another origin made.
    pub(super) fn check(&self, head: &Parts) -> Result<(), Stranger> {
        let host = host(head)?;
        // A request without one is no browser's.
        if let Some(host) = host
            && !self.is_own(host)
        {
            return Err(Stranger::Host(host.to_owned()));
        }
        let told = |name: &str| all(&head.headers, name).find(|value| !is_same(name, value, host));
        if let Some(origin) = told(ORIGIN.as_str()) {
            return Err(Stranger::Origin(origin.to_owned()));
        }
        match told(SEC_FETCH_SITE) {
            Some(site) => Err(Stranger::Site(site.to_owned())),
            None => Ok(()),
        }
    }

    /// Whether no page of the web can have this host. Names without a dot are those of a container or of the local
    /// network.
    fn is_own(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        if host.contains('@') {
            return false;
        }
        let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
        let address = name.trim_start_matches('[').trim_end_matches(']');
        !name.contains('.') && !name.is_empty()
            || address.parse::<IpAddr>().is_ok()
            || name.ends_with(".localhost")
            || name == "host.docker.internal"
            || self.host_name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(&name))
    }
}

/// The one host of a request.
fn host(head: &Parts) -> Result<Option<&str>, Stranger> {
    let mut hosts = all(&head.headers, HOST.as_str());
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Ok(Some(host)),
        (Some(one), Some(other)) => Err(Stranger::Host(format!("{one}, {other}"))),
        (None, _) => Ok(head.uri.authority().map(Authority::as_str)),
    }
}

/// The values of a header. What is not ASCII is nobody's.
fn all<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("not ASCII"))
}

/// Whether what a browser tells of the page means the emulator itself, or its user.
fn is_same(header: &str, value: &str, host: Option<&str>) -> bool {
    if header == SEC_FETCH_SITE {
        return matches!(value, "same-origin" | "none");
    }
    let authority = value.strip_prefix("http://").or_else(|| value.strip_prefix("https://"));
    authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn check(headers: &[(&str, &str)]) -> Result<(), Stranger> {
        let mut request = Request::get("/_stagecheck/state");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Visitors::new(Some("stagecheck.example.com".to_owned()))
            .check(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn hosts_are_this_machines_own() {
        for host in [
            "localhost",
            "LocalHost:4566",
            "localhost.:4566",
            "127.0.0.1:4566",
            "10.1.2.3",
            "[::1]:4566",
            "abc.execute-api.us-east-1.localhost:4566",
            "emulator:4566",
            "host.docker.internal:4566",
            "Stagecheck.Example.com",
        ] {
            assert_eq!(check(&[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:4566",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "notlocalhost.com",
            "localhost@evil.example",
            "evil.example@localhost",
            "www.stagecheck.example.com",
            "",
            ".",
            "[::1",
            "a b",
        ] {
            assert_eq!(check(&[("host", host)]), Err(Stranger::Host(host.to_owned())), "{host}");
        }
        assert!(check(&[("host", "localhost"), ("host", "evil.example")]).is_err());
        assert_eq!(check(&[]), Ok(()));
    }

    #[test]
    fn origins_are_the_emulator_itself() {
        let with = |name, value| check(&[("host", "localhost:4566"), (name, value)]);
        for (name, value) in [
            ("origin", "http://localhost:4566"),
            ("origin", "https://LOCALHOST:4566"),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
        ] {
            assert_eq!(with(name, value), Ok(()), "{value}");
        }
        for origin in [
            "https://evil.example",
            "http://localhost:3000",
            "http://localhost",
            "http://127.0.0.1:4566",
            "http://localhost:4566.evil.example",
            "file://localhost:4566",
            "null",
            "",
        ] {
            assert_eq!(with("origin", origin), Err(Stranger::Origin(origin.to_owned())));
        }
        for site in ["cross-site", "same-site", "", "anything"] {
            assert_eq!(with("sec-fetch-site", site), Err(Stranger::Site(site.to_owned())));
        }
    }
}
