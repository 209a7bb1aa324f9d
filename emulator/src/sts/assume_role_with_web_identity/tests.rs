use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::*;
use crate::service::ports::OidcProvider;
use crate::sts::OidcKeys;
use crate::sts::signing_keys::{SigningAlgorithm, SigningKeys};
use crate::sts::world::{FakeIam, NOW, POLICY, ROLE, World};

const ISSUER: &str = "https://idp.example/pool";
const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/idp.example/pool";

fn trust(condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",
            "Principal":{{"Federated":["{PROVIDER}","accounts.google.com"]}},
            "Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession","sts:SetSourceIdentity"],
            "Condition":{{{condition}}}}}]}}"#
    )
}

fn world_with(condition: &str, oidc_keys: OidcKeys) -> World {
    let oidc = OidcProvider {
        arn: PROVIDER.to_owned(),
        url: "idp.example/pool".to_owned(),
        client_ids: vec!["app".to_owned(), "other".to_owned()],
        thumbprints: Vec::new(),
    };
    World::with(&trust(condition), FakeIam { oidc: Some(oidc), ..FakeIam::default() }, oidc_keys)
}

/// A provider with a key of its own, and a world that was given the public one.
fn provider(condition: &str) -> (SigningKeys, World) {
    let keys = SigningKeys::default();
    keys.sign(SigningAlgorithm::Es384, &json!({})).unwrap();
    let mut oidc_keys = OidcKeys::default();
    oidc_keys.add(ISSUER, &keys.key_set().to_string()).unwrap();
    (keys, world_with(condition, oidc_keys))
}

fn claims(more: Value) -> Value {
    let now = seconds(NOW);
    let mut claims = json!({"iss": ISSUER, "sub": "ann-at-idp", "aud": "app", "iat": now, "exp": now + 60});
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    claims
}

fn assume(world: &World, token: &str, more: Value) -> Result<Value, Fault> {
    let mut input = json!({"RoleArn": ROLE, "RoleSessionName": "shift", "WebIdentityToken": token});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.call(&world.root(), assume_role, input)
}

fn invalid(message: &str) -> Fault {
    faults::invalid_identity_token(message)
}

fn with_header(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}.{}", encode(header), encode(claims), BASE64_URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_good_token_gets_a_session() {
    let (keys, world) = provider(
        r#""StringEquals":{"idp.example/pool:aud":"app","idp.example/pool:sub":"ann-at-idp"},
           "ForAnyValue:StringEquals":{"idp.example/pool:amr":"mfa"}"#,
    );
    let token = keys.sign(SigningAlgorithm::Es384, &claims(json!({"amr": ["pwd", "mfa"]}))).unwrap();
    let answer = assume(&world, &token, json!({"PolicyArns": [{"arn": POLICY}]})).unwrap();
    assert_eq!(answer["SubjectFromWebIdentityToken"], "ann-at-idp");
    assert_eq!((&answer["Audience"], &answer["Provider"]), (&json!("app"), &json!(PROVIDER)));
    assert!(answer["PackedPolicySize"].is_u64());
    let session = world.session(&answer);
    assert_eq!(session.arn, "arn:aws:sts::123456789012:assumed-role/worker/shift");
    assert_eq!(session.session.unwrap().federated_provider.as_deref(), Some(PROVIDER));
    let refused = keys.sign(SigningAlgorithm::Es384, &claims(json!({"sub": "eve"}))).unwrap();
    assert_eq!(assume(&world, &refused, json!({})).unwrap_err(), faults::not_authorized_to(ACTION));
    let missing = assume(&world, &token, json!({"RoleArn": format!("{ROLE}s")})).unwrap_err();
    assert_eq!(missing, faults::not_authorized_to(ACTION));
}

#[test]
fn rsa_keys_are_as_good() {
    let keys = SigningKeys::default();
    let token = keys.sign(SigningAlgorithm::Rs256, &claims(json!({}))).unwrap();
    let mut oidc_keys = OidcKeys::default();
    oidc_keys.add(ISSUER, &keys.key_set().to_string()).unwrap();
    let world = world_with("", oidc_keys);
    assert!(assume(&world, &token, json!({})).is_ok());

    // The public key as the secret of an HMAC, which a verifier that takes the token's word for the algorithm falls for.
    let jwk = keys.key_set()["keys"][0].clone();
    let public = BASE64_URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    let header = json!({"alg": "HS256", "kid": jwk["kid"]});
    let unsigned = with_header(&header, &claims(json!({})), b"");
    let message = unsigned.trim_end_matches('.');
    for secret in [public.as_slice(), jwk.to_string().as_bytes(), b""] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        let forged = with_header(&header, &claims(json!({})), tag.as_ref());
        assert_eq!(assume(&world, &forged, json!({})).unwrap_err(), not_a_token());
    }
    // The right key under the name of another algorithm.
    let signature = token.rsplit_once('.').unwrap().1;
    let other = json!({"alg": "RS512", "kid": jwk["kid"]});
    let relabelled =
        with_header(&other, &claims(json!({})), &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap());
    assert!(assume(&world, &relabelled, json!({})).unwrap_err().message.starts_with("Couldn't retrieve"));
}

#[test]
fn tokens_that_were_touched_or_not_signed_are_refused() {
    let (keys, world) = provider("");
    let token = keys.sign(SigningAlgorithm::Es384, &claims(json!({}))).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let other = BASE64_URL_SAFE_NO_PAD.encode(claims(json!({"sub": "eve"})).to_string());
    let tampered = format!("{header}.{other}.{signature}");
    assert_eq!(
        assume(&world, &tampered, json!({})).unwrap_err(),
        invalid("The signature of the provided token is invalid.")
    );
    for bad in [
        with_header(&json!({"alg": "none"}), &claims(json!({})), b""),
        with_header(&json!({"alg": "none"}), &claims(json!({})), b"x"),
        format!("{message}."),
        message.to_owned(),
        "Atza|access-token".to_owned(),
    ] {
        assert_eq!(assume(&world, &bad, json!({})).unwrap_err(), not_a_token(), "{bad}");
    }
    let stranger = SigningKeys::default().sign(SigningAlgorithm::Es384, &claims(json!({}))).unwrap();
    assert!(assume(&world, &stranger, json!({})).unwrap_err().message.starts_with("Couldn't retrieve"));
}

/// It is none of the provider's, though the signature is good for it.
#[test]
fn a_key_that_the_token_brings_along_is_not_asked() {
    let (keys, world) = provider("");
    let random = SystemRandom::new();
    let eve = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
    let eve = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, eve.as_ref(), &random).unwrap();
    let (x, y) = eve.public_key().as_ref()[1..].split_at(48);
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({"kty": "EC", "crv": "P-384", "alg": "ES384", "x": encode(x), "y": encode(y)});
    let signed = |kid: Option<&Value>| {
        let header = json!({"alg": "ES384", "kid": kid, "jwk": jwk, "jku": "https://eve.example/jwks"});
        let message = with_header(&header, &claims(json!({})), b"");
        let message = message.trim_end_matches('.');
        let signature = eve.sign(&random, message.as_bytes()).unwrap();
        format!("{message}.{}", encode(signature.as_ref()))
    };
    let kid = &keys.key_set()["keys"][0]["kid"];
    let refused = |token: &str| assume(&world, token, json!({})).unwrap_err();
    assert_eq!(refused(&signed(Some(kid))), invalid("The signature of the provided token is invalid."));
    assert_eq!(refused(&signed(None)).code, "InvalidIdentityToken");
    // It would be good if the provider had it.
    let mut oidc_keys = OidcKeys::default();
    oidc_keys.add(ISSUER, &json!({"keys": [jwk]}).to_string()).unwrap();
    assert!(assume(&world_with("", oidc_keys), &signed(None), json!({})).is_ok());
}

#[test]
fn claims_are_checked_whether_or_not_keys_were_given() {
    let (keys, with_keys) = provider("");
    for world in [with_keys, world_with("", OidcKeys::default())] {
        let refused = |more: Value| {
            let token = keys.sign(SigningAlgorithm::Es384, &claims(more)).unwrap();
            assume(&world, &token, json!({})).unwrap_err()
        };
        assert_eq!(refused(json!({"aud": "stranger"})), invalid("Incorrect token audience"));
        assert_eq!(refused(json!({"aud": ["x", "y"]})), invalid("Incorrect token audience"));
        let expired = refused(json!({"exp": seconds(NOW)}));
        assert_eq!(expired.code, "ExpiredTokenException");
        assert_eq!(
            expired.message,
            "Token expired: current date/time 1790000000 must be before the expiration date/time 1790000000"
        );
        assert!(refused(json!({"iat": seconds(NOW) + 301})).message.starts_with("Token is not yet valid"));
        assert!(refused(json!({"nbf": seconds(NOW) + 301})).message.starts_with("Token is not yet valid"));
        for claim in ["exp", "iat", "sub", "aud", "iss"] {
            assert_eq!(refused(json!({claim: null})), missing(claim));
        }
        assert_eq!(
            refused(json!({"iss": "https://idp.example"})),
            invalid("No OpenIDConnect provider found in your account for https://idp.example")
        );
        assert_eq!(refused(json!({SOURCE_IDENTITY: "aws:x"})).code, "InvalidIdentityToken");
    }
}

/// Without keys there is no way to see who signed.
#[test]
fn without_keys_a_token_is_taken_for_what_it_claims() {
    let world = world_with("", OidcKeys::default());
    let token = SigningKeys::default().sign(SigningAlgorithm::Es384, &claims(json!({}))).unwrap();
    assert!(assume(&world, &token, json!({})).is_ok());
}

#[test]
fn the_party_that_asked_is_the_audience() {
    let world = world_with(
        r#""StringEquals":{"idp.example/pool:aud":"other","idp.example/pool:oaud":"app"}"#,
        OidcKeys::default(),
    );
    let token = |more: Value| SigningKeys::default().sign(SigningAlgorithm::Es384, &claims(more)).unwrap();
    let answer = assume(&world, &token(json!({"azp": "other"})), json!({})).unwrap();
    assert_eq!(answer["Audience"], "other");
    assert!(assume(&world, &token(json!({})), json!({})).is_err());
}

#[test]
fn providers_that_are_built_in_need_no_registration() {
    let world = world_with(r#""StringEquals":{"accounts.google.com:aud":"any"}"#, OidcKeys::default());
    let more = json!({"iss": "https://accounts.google.com", "aud": "any"});
    let token = SigningKeys::default().sign(SigningAlgorithm::Es384, &claims(more)).unwrap();
    let answer = assume(&world, &token, json!({})).unwrap();
    assert_eq!(answer["Provider"], "accounts.google.com");
    let unreachable = assume(&world, "Atza|token", json!({"ProviderId": "www.amazon.com"})).unwrap_err();
    assert_eq!(unreachable.code, "IDPCommunicationError");
    let unknown = assume(&world, "Atza|token", json!({"ProviderId": "idp.example"})).unwrap_err();
    assert_eq!(unknown.code, "ValidationError");
}

#[test]
fn tags_and_source_identity_come_from_claims() {
    let nested = json!({
        TAGS: {"principal_tags": {"Project": ["x"], "Cost": ["1"]}, "transitive_tag_keys": ["Project"]},
        SOURCE_IDENTITY: "ann",
    });
    let flat = json!({
        "https://aws.amazon.com/tags/principal_tags/Project": "x",
        "https://aws.amazon.com/tags/principal_tags/Cost": "1",
        "https://aws.amazon.com/tags/transitive_tag_keys": ["Project"],
        SOURCE_IDENTITY: "ann",
    });
    let world = world_with("", OidcKeys::default());
    let token = |more: Value| SigningKeys::default().sign(SigningAlgorithm::Es384, &claims(more)).unwrap();
    for more in [nested, flat] {
        let answer = assume(&world, &token(more), json!({})).unwrap();
        assert_eq!(answer["SourceIdentity"], "ann");
        let session = world.session(&answer).session.unwrap();
        let mut tags = session.tags;
        tags.sort();
        assert_eq!(tags, [("Cost", "1"), ("Project", "x")].map(|(key, value)| (key.into(), value.into())));
        assert_eq!(session.transitive_tag_keys, ["Project"]);
    }
    for bad in [json!({"a": ["1", "2"]}), json!({"a": 7}), json!({"a": "x".repeat(257)}), json!({"": "x"})] {
        let refused = assume(&world, &token(json!({TAGS: {"principal_tags": bad}})), json!({})).unwrap_err();
        assert_eq!(refused.code, "InvalidIdentityToken");
    }
}
