//! Amazon Resource Names, taken apart.

/// `arn:{partition}:{service}:{region}:{account}:{resource}`; region and account may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The whole.
    pub text: &'a str,
    /// `aws`, `aws-cn`, ….
    pub partition: &'a str,
    /// The service's name in ARNs.
    pub service: &'a str,
    /// The region, if it has one.
    pub region: &'a str,
    /// The account, if it names one.
    pub account: &'a str,
    /// All that remains, with colons and slashes of its own.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts of an ARN; `None` unless it has all six, and those that every ARN has are not empty.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut fields = text.splitn(6, ':');
        let mut field = || fields.next();
        let ("arn", partition, service) = (field()?, field()?, field()?) else { return None };
        let (region, account, resource) = (field()?, field()?, field()?);
        let whole = !partition.is_empty() && !service.is_empty() && !resource.is_empty();
        whole.then_some(Self { text, partition, service, region, account, resource })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:logs:us-east-1:000000000000:log-group:a:*").unwrap();
        assert_eq!((arn.service, arn.resource), ("logs", "log-group:a:*"));
        let arn = Arn::parse("arn:aws:apigateway:us-east-1::/restapis/a").unwrap();
        assert_eq!((arn.account, arn.resource), ("", "/restapis/a"));
    }

    #[test]
    fn what_lacks_a_part_is_no_arn() {
        for text in
            ["", "arn", "arn:aws:iam::1", "arn:aws:iam::1:", "arn::iam::1:role/a", "urn:aws:iam::1:role/a"]
        {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }
}
