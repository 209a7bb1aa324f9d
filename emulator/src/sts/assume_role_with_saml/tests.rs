use serde_json::{Value, json};

use super::*;
use crate::sts::OidcKeys;
use crate::sts::saml::signer::{Draft, PROVIDER, Signer, response};
use crate::sts::world::{FakeIam, NOW, ROLE, World};

fn world_with(signer: &Signer, condition: &str) -> World {
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}},
            "Action":["sts:AssumeRoleWithSAML","sts:TagSession","sts:SetSourceIdentity"],
            "Condition":{{{condition}}}}}]}}"#
    );
    let account = FakeIam { saml: Some(signer.provider()), ..FakeIam::default() };
    World::with(&trust, account, OidcKeys::default())
}

fn draft() -> Draft {
    Draft::at(NOW).with("Role", &[&format!("{ROLE},{PROVIDER}")]).with("RoleSessionName", &["ann"])
}

fn assume(world: &World, xml: &str, more: Value) -> Result<Value, Fault> {
    let mut input =
        json!({"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": BASE64_STANDARD.encode(xml)});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.call(&world.root(), assume_role, input)
}

#[test]
fn a_good_assertion_gets_a_session() {
    let signer = Signer::elliptic();
    let world = world_with(
        &signer,
        r#""StringEquals":{"saml:aud":"https://signin.aws.amazon.com/saml","saml:iss":"https://idp.example",
           "saml:sub":"ann","saml:sub_type":"persistent","saml:namequalifier":"ynLHfNMJsrD6dycvCKgiTl11dI0=",
           "saml:doc":"123456789012/Idp"},
           "ForAnyValue:StringEquals":{"saml:edupersonaffiliation":"staff"}"#,
    );
    let xml = draft().with("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", &["member", "staff"]).response(&signer);
    let answer = assume(&world, &xml, json!({})).unwrap();
    for (member, value) in [
        ("Subject", "ann"),
        ("SubjectType", "persistent"),
        ("Issuer", "https://idp.example"),
        ("Audience", "https://signin.aws.amazon.com/saml"),
        // SHA-1 of `https://idp.example123456789012/Idp`.
        ("NameQualifier", "ynLHfNMJsrD6dycvCKgiTl11dI0="),
    ] {
        assert_eq!(answer[member], value, "{member}");
    }
    let session = world.session(&answer);
    assert_eq!(session.arn, "arn:aws:sts::123456789012:assumed-role/worker/ann");
    assert_eq!(session.session.unwrap().federated_provider.as_deref(), Some(PROVIDER));
    let without = draft().response(&signer);
    assert_eq!(assume(&world, &without, json!({})).unwrap_err(), faults::not_authorized_to(ACTION));
}

#[test]
fn claims_that_do_not_hold_are_refused_each_in_its_words() {
    let signer = Signer::elliptic();
    let world = world_with(&signer, "");
    let refused = |draft: Draft| {
        let fault = assume(&world, &draft.response(&signer), json!({})).unwrap_err();
        (fault.code, fault.message)
    };
    let invalid = |message: &str| ("InvalidIdentityToken", message.to_owned());
    let expired = ("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance".to_owned());
    let not_authorized = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML".to_owned());
    let audience = invalid("Response does not contain the required audience");
    let pattern = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}";

    assert_eq!(
        refused(Draft { issuer: "https://eve.example", ..draft() }),
        invalid("Issuer not present in specified provider")
    );
    assert_eq!(refused(Draft { issued: NOW.plus_seconds(-301), ..draft() }), expired);
    assert_eq!(refused(Draft { ends: NOW, ..draft() }), expired);
    assert_eq!(refused(Draft { session_ends: Some(NOW), ..draft() }), expired);
    assert_eq!(
        refused(Draft { issued: NOW.plus_seconds(301), ends: NOW.plus_seconds(900), ..draft() }),
        invalid("The assertion is not valid yet")
    );
    for recipient in [
        "https://signin.aws.amazon.com.eve.example/saml",
        "https://eve-signin.aws.amazon.com/saml",
        "http://signin.aws.amazon.com/saml",
        "https://eve.example/?https://signin.aws.amazon.com/saml",
        "",
    ] {
        assert_eq!(refused(Draft { recipient, ..draft() }), audience, "{recipient}");
    }
    assert_eq!(refused(Draft { audience: "https://other.example", ..draft() }), audience);
    assert_eq!(refused(Draft { subject: "", ..draft() }), not_authorized);
    assert_eq!(refused(draft().with("Role", &[])), not_authorized);
    assert_eq!(refused(draft().with("Role", &[ROLE, PROVIDER])), not_authorized);
    assert_eq!(refused(draft().with("Role", &[&format!("{ROLE}s,{PROVIDER}")])), not_authorized);
    assert_eq!(
        refused(draft().with("RoleSessionName", &[])),
        invalid("RoleSessionName is required in AuthnResponse")
    );
    assert_eq!(refused(draft().with("RoleSessionName", &["a"])), invalid(pattern));
    assert_eq!(refused(draft().with("RoleSessionName", &["аnn"])), invalid(pattern));
    assert_eq!(refused(draft().with("SourceIdentity", &["aws:x"])).0, "InvalidIdentityToken");
    assert_eq!(refused(draft().with("PrincipalTag:a", &["1", "2"])).0, "InvalidIdentityToken");

    let failed = response("AuthnFailed", &signer.sign(&draft().assertion("_a"), "_a"));
    assert_eq!(assume(&world, &failed, json!({})).unwrap_err().code, "IDPRejectedClaim");
    let touched = draft().response(&signer).replace(">ann<", ">eve<");
    assert_eq!(assume(&world, &touched, json!({})).unwrap_err().message, "Response signature invalid");
    for text in ["%%%", "bm8geG1s", "/w=="] {
        let fault = assume(&world, "", json!({"SAMLAssertion": text})).unwrap_err();
        assert_eq!(fault.code, "InvalidIdentityToken");
    }
    let other = json!({"PrincipalArn": format!("{PROVIDER}s")});
    let fault = assume(&world, &draft().response(&signer), other).unwrap_err();
    assert_eq!(fault, faults::invalid_identity_token("Specified provider doesn't exist"));
}

#[test]
fn endpoints_of_regions_and_either_order_of_arns_are_good() {
    let signer = Signer::elliptic();
    let world = world_with(&signer, "");
    for recipient in
        ["https://eu-west-1.signin.aws.amazon.com/saml", "https://signin.amazonaws-us-gov.com/saml"]
    {
        let draft = Draft { recipient, audience: recipient, ..draft() };
        assert!(assume(&world, &draft.response(&signer), json!({})).is_ok(), "{recipient}");
    }
    let swapped = draft().with("Role", &["x,y", &format!("{PROVIDER}, {ROLE}")]);
    assert!(assume(&world, &swapped.response(&signer), json!({})).is_ok());
}

#[test]
fn a_session_ends_when_that_at_the_provider_does() {
    let signer = Signer::elliptic();
    let world = world_with(&signer, "");
    let ends = |draft: Draft, more: Value| {
        assume(&world, &draft.response(&signer), more).unwrap()["Credentials"]["Expiration"].as_i64()
    };
    let soon = NOW.plus_seconds(1000);
    assert_eq!(ends(draft(), json!({"DurationSeconds": 7200})), Some(NOW.plus_seconds(7200).millis()));
    assert_eq!(ends(Draft { session_ends: Some(soon), ..draft() }, json!({})), Some(soon.millis()));
    let too_long = assume(&world, &draft().response(&signer), json!({"DurationSeconds": 7201})).unwrap_err();
    assert_eq!(too_long, faults::beyond_the_role());
}

#[test]
fn tags_and_source_identity_come_from_attributes() {
    let signer = Signer::elliptic();
    let world = world_with(&signer, "");
    let draft = draft()
        .with("PrincipalTag:Project", &["x"])
        .with("PrincipalTag:Cost", &["1"])
        .with("TransitiveTagKeys", &["Project"])
        .with("SourceIdentity", &["ann"]);
    let answer = assume(&world, &draft.response(&signer), json!({})).unwrap();
    assert_eq!(answer["SourceIdentity"], "ann");
    let session = world.session(&answer).session.unwrap();
    let mut tags = session.tags;
    tags.sort();
    assert_eq!(tags, [("Cost", "1"), ("Project", "x")].map(|(key, value)| (key.into(), value.into())));
    assert_eq!(session.transitive_tag_keys, ["Project"]);
    assert_eq!(session.source_identity.as_deref(), Some("ann"));
}
