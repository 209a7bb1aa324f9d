use proptest::prelude::*;

use super::*;
use crate::sts::saml::signer::{Draft, Signer, response};
use crate::sts::world::NOW;

fn draft() -> Draft {
    Draft::at(NOW).with("RoleSessionName", &["ann"])
}

fn parsed(xml: &str, signer: &Signer) -> Result<Assertion, BadResponse> {
    parse(xml, &signer.provider())
}

/// A response that is signed as a whole, with an assertion that is not.
fn whole(signer: &Signer) -> String {
    let assertion = draft().assertion("_a").replace("{signature}", "");
    let marked = response("Success", "").replace("<samlp:Status>", "{signature}<samlp:Status>");
    signer.sign(&marked.replace("</samlp:Response>", &format!("{assertion}</samlp:Response>")), "_r")
}

#[test]
fn what_is_signed_is_read() {
    let signer = Signer::elliptic();
    let xml = draft().response(&signer);
    let assertion = parsed(&xml, &signer).unwrap();
    assert_eq!((assertion.issuer.as_str(), assertion.subject.as_str()), ("https://idp.example", "ann"));
    assert_eq!(assertion.issued, Some(NOW));
    assert_eq!(assertion.audiences, [["urn:amazon:webservices"]]);
    assert_eq!(assertion.attributes.len(), 1);
    assert_eq!(parsed(&whole(&signer), &signer).unwrap(), assertion);
    // However it is written: other quotes, other space in tags, declarations that nobody uses.
    let rewritten = xml
        .replace("Version=\"2.0\">", "Version='2.0'  xmlns:unused='urn:x' >")
        .replace("</saml:AuthnStatement>", "</saml:AuthnStatement><!-- unsigned -->");
    assert_eq!(parsed(&rewritten, &signer).unwrap(), assertion);
}

#[test]
fn rsa_signatures_are_as_good() {
    let signer = Signer::rsa();
    let xml = draft().response(&signer);
    assert!(parsed(&xml, &signer).is_ok());
    assert_eq!(parsed(&xml, &Signer::elliptic()), Err(BadResponse::BadSignature));
}

#[test]
fn what_a_signature_says_of_itself_has_to_be_taken_here() {
    let exclusive = "xml-exc-c14n#\"></ds:Transform></ds:Transforms>";
    for (signer, said, other) in [
        (Signer::rsa(), "2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#rsa-sha1"),
        (Signer::rsa(), "rsa-sha256", "ecdsa-sha256"),
        (Signer::elliptic(), "ecdsa-sha256", "rsa-sha256"),
        (Signer::elliptic(), "ecdsa-sha256", "hmac-sha256"),
        (Signer::elliptic(), "xmlenc#sha256", "xmlenc#sha512"),
        (Signer::elliptic(), "2001/04/xmlenc#sha256", "2000/09/xmldsig#sha1"),
        (Signer::elliptic(), "enveloped-signature", "base64"),
        (Signer::elliptic(), "#_a", ""),
        (
            Signer::elliptic(),
            exclusive,
            "xml-exc-c14n#\"></ds:Transform><ds:Transform \
             Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"></ds:Transform></ds:Transforms>",
        ),
    ] {
        let signed = |edit: &dyn Fn(String) -> String| {
            response("Success", &signer.sign_as(&draft().assertion("_a"), "_a", edit))
        };
        assert!(parsed(&signed(&|info| info), &signer).is_ok());
        let bad = signed(&|info| {
            assert!(info.contains(said), "{info}");
            info.replace(said, other)
        });
        assert_eq!(parsed(&bad, &signer), Err(BadResponse::BadSignature), "{other}");
    }
}

#[test]
fn what_was_touched_or_is_not_signed_is_refused() {
    let signer = Signer::elliptic();
    let good = draft().response(&signer);
    for bad in [
        good.replace(">ann<", ">eve<"),
        good.replace("</saml:NameID>", " </saml:NameID>"),
        good.replace("<saml:Subject>", "\n<saml:Subject>"),
        good.replace("#_a", "#_r"),
        good.replace("#_a", ""),
        good.replace("ecdsa-sha256", "rsa-sha256"),
        good.replace("ecdsa-sha256", "hmac-sha256"),
        good.replace("xmlenc#sha256", "xmlenc#sha512"),
        good.replace("enveloped-signature", "base64"),
        good.replace(
            "<ds:Transforms>",
            "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>",
        ),
        response("Success", &draft().assertion("_a").replace("{signature}", "")),
        draft().response(&Signer::elliptic()),
    ] {
        assert_ne!(bad, good);
        assert_eq!(parsed(&bad, &signer), Err(BadResponse::BadSignature), "{bad}");
    }
    let refused = response("AuthnFailed", &signer.sign(&draft().assertion("_a"), "_a"));
    assert!(
        matches!(parsed(&refused, &signer), Err(BadResponse::NotAuthenticated(status)) if status.ends_with("AuthnFailed"))
    );
}

#[test]
fn nothing_but_what_is_signed_is_taken_from_a_wrapped_response() {
    let signer = Signer::elliptic();
    let signed = signer.sign(&draft().assertion("_a"), "_a");
    let forged = Draft { subject: "eve", ..draft() };
    let evil = |id: &str| forged.assertion(id).replace("{signature}", "");
    let signature = &signed[signed.find("<ds:Signature ").unwrap()..signed.find("<saml:Subject>").unwrap()];
    let object = |inner: &str| {
        signature.replace("</ds:Signature>", &format!("<ds:Object>{inner}</ds:Object></ds:Signature>"))
    };
    let wrapped = [
        // The forged one beside the signed one, before and behind it.
        format!("{}{signed}", evil("_evil")),
        format!("{signed}{}", evil("_evil")),
        // The same id twice.
        format!("{}{signed}", evil("_a")),
        format!("<samlp:Extensions>{signed}</samlp:Extensions>{}", evil("_a")),
        // The signed one out of the way, its signature in the forged one.
        format!(
            "<samlp:Extensions>{signed}</samlp:Extensions>{}",
            forged.assertion("_evil").replace("{signature}", signature)
        ),
        forged.assertion("_evil").replace("{signature}", &object(&signed)),
        forged.assertion("_a").replace("{signature}", &object(&signed.replace("ID=\"_a\"", "ID=\"_b\""))),
        forged
            .assertion("_evil")
            .replace("</saml:Subject>", &format!("</saml:Subject>{signed}"))
            .replace("{signature}", ""),
        // The forged one around the signed one.
        evil("_evil")
            .replace("</saml:Assertion>", &format!("<saml:Advice>{signed}</saml:Advice></saml:Assertion>")),
        // An id that is another's under another name.
        format!("{}{signed}", evil("_evil").replace("<saml:Issuer>", "<saml:Issuer Id=\"_a\">")),
    ];
    for contents in wrapped {
        let xml = response("Success", &contents);
        match parsed(&xml, &signer) {
            Err(BadResponse::Malformed | BadResponse::BadSignature) => {}
            other => panic!("{other:?} of {xml}"),
        }
    }
    // A signature of the whole response does not vouch for one that stands elsewhere, or for two.
    let two = whole(&signer).replace("</samlp:Response>", &format!("{}</samlp:Response>", evil("_evil")));
    assert_eq!(parsed(&two, &signer), Err(BadResponse::Malformed));
}

#[test]
fn a_comment_cuts_no_name() {
    let signer = Signer::elliptic();
    let admin = Draft { subject: "admin@idp.example.eve.example", ..draft() };
    let xml = admin.response(&signer).replace("admin@idp.example.eve", "admin@idp.example<!-- -->.eve");
    assert_eq!(parsed(&xml, &signer).unwrap().subject, "admin@idp.example.eve.example");
}

#[test]
fn what_is_no_response_is_refused() {
    let signer = Signer::elliptic();
    let good = draft().response(&signer);
    let entity = format!(
        "<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>{}",
        good.replace(">ann<", ">&e;<")
    );
    let laughs = format!(
        "<!DOCTYPE r [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>{}",
        good.replace(">ann<", ">&b;&b;<")
    );
    let deep =
        |depth: usize| response("Success", &format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth)));
    let encrypted = response(
        "Success",
        "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>",
    );
    assert_eq!(parsed(&encrypted, &signer), Err(BadResponse::Encrypted));
    for bad in [
        entity,
        laughs,
        deep(3),
        deep(20_000),
        "<a/>".repeat(60_000),
        format!("<r>{}</r>", "<a/>".repeat(60_000)),
        String::new(),
        "text".to_owned(),
        signer.sign(&draft().assertion("_a"), "_a"),
        good.replace("urn:oasis:names:tc:SAML:2.0:protocol", "urn:other"),
        good.replace("samlp:Status", "samlp:State"),
        format!("{good}{good}"),
    ] {
        let shown: String = bad.chars().take(200).collect();
        assert_eq!(parsed(&bad, &signer), Err(BadResponse::Malformed), "{shown}");
    }
    let undated = signer.sign(&draft().assertion("_a").replacen(&NOW.iso8601(), "today", 1), "_a");
    assert_eq!(parsed(&response("Success", &undated), &signer), Err(BadResponse::Malformed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_byte_of_what_is_signed_can_be_changed(place in 0.0..1.0_f64, letter in "[a-z<>\"/=]") {
        let signer = Signer::elliptic();
        let good = draft().response(&signer);
        let expected = parsed(&good, &signer).unwrap();
        let index = ((good.len() as f64) * place) as usize;
        if good.is_char_boundary(index) && good.is_char_boundary(index + 1) {
            let changed = format!("{}{letter}{}", &good[..index], &good[index + 1..]);
            // Refused, or a change to what is said nowhere else, as a prefix.
            if let Ok(read) = parsed(&changed, &signer) {
                prop_assert_eq!(read, expected);
            }
        }
    }
}
