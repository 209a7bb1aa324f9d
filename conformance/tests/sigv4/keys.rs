//! Whose signatures count.

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use stagecheck_conformance::client::plain;
use stagecheck_conformance::xml::element;
use stagecheck_emulator::{Account, Emulator, Sigv4};

use crate::signer::Signer;
use crate::world::{NOW, World, identity};

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

#[test]
fn the_default_root_and_accounts_have_a_secret() -> Result<()> {
    let world = World::new();
    for (key, account) in [("test", "000000000000"), ("123456789012", "123456789012")] {
        let signer = Signer { access_key_id: key.to_owned(), ..world.root.clone() };
        let told = world.done(signer.sign(identity()?, "sts")?)?;
        assert_eq!(element(&told, "Arn")?, format!("arn:aws:iam::{account}:root"));
        let wrong = Signer { secret: "Test".to_owned(), ..signer };
        assert!(!world.call(wrong.sign(identity()?, "sts")?)?.let_in, "{key}");
    }
    for unknown in ["", "Test", "12345678901", "1234567890123", "AKIAIOSFODNN7EXAMPLE", "root"] {
        let signer = Signer { access_key_id: unknown.to_owned(), ..world.root.clone() };
        let told = world.call(signer.sign(identity()?, "sts")?)?;
        assert_eq!((told.code.as_str(), told.let_in), ("InvalidClientTokenId", false), "{unknown}");
    }
    Ok(())
}

/// What `stagecheck emulate` prints works whatever its account is.
#[test]
fn the_default_key_is_the_default_accounts() -> Result<()> {
    let account = Account::parse("333333333333").unwrap_or_default();
    let emulator = Emulator::builder().account(account).sigv4(Sigv4::Verify).build();
    let now = u64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_millis())?;
    let now = stagecheck_emulator::time::Timestamp::from_millis(i64::try_from(now)?);
    let answer = emulator.blocking_respond(Signer::root(now).sign(identity()?, "sts")?);
    let body = String::from_utf8(answer.body().to_vec())?;
    assert_eq!(element(&body, "Arn")?, "arn:aws:iam::333333333333:root");
    Ok(())
}

#[test]
fn a_session_needs_its_own_token() -> Result<()> {
    let world = World::new();
    let session = session(&world)?;
    let arn = "arn:aws:sts::000000000000:assumed-role/worker/shift";
    for signed in [session.sign(identity()?, "sts")?, session.presign(identity()?, "sts", 60)?] {
        assert_eq!(element(&world.done(signed)?, "Arn")?, arn);
    }
    let token = session.session_token.clone().unwrap_or_default();
    let other = self::session(&world)?;
    for token in [None, Some(String::new()), Some(format!("{token}x")), other.session_token] {
        let impostor = Signer { session_token: token.clone(), ..session.clone() };
        for signed in [impostor.sign(identity()?, "sts")?, impostor.presign(identity()?, "sts", 60)?] {
            let told = world.call(signed)?;
            assert_eq!((told.code.as_str(), told.let_in), ("InvalidClientTokenId", false), "{token:?}");
        }
    }
    Ok(())
}

#[test]
fn a_session_ends() -> Result<()> {
    let world = World::new();
    let session = session(&world)?;
    for (seconds, code, status) in [(3599, "", 200), (3600, "ExpiredToken", 403), (9999, "ExpiredToken", 403)]
    {
        world.clock.set(NOW.plus_seconds(seconds));
        let signer = Signer { at: NOW.plus_seconds(seconds), ..session.clone() };
        let told = world.call(signer.sign(identity()?, "sts")?)?;
        assert_eq!((told.status, told.code.as_str()), (status, code), "after {seconds} seconds");
    }
    let signer = Signer { at: NOW.plus_seconds(9999), ..session };
    for (service, request, status) in [
        ("apigateway", plain("GET", "/restapis", "", "")?, 403),
        ("tagging", targeted("ResourceGroupsTaggingAPI_20170126.GetResources")?, 400),
        ("logs", targeted("Logs_20140328.DescribeLogGroups")?, 400),
    ] {
        let told = world.call(signer.sign(request, service)?)?;
        assert_eq!((told.status, told.code.as_str()), (status, "ExpiredTokenException"), "{service}");
        assert_eq!(told.message, "The security token included in the request is expired");
    }
    Ok(())
}

fn targeted(target: &str) -> Result<Request<Bytes>> {
    let mut request = plain("POST", "/", "application/x-amz-json-1.1", "{}")?;
    request.headers_mut().insert("x-amz-target", target.parse()?);
    Ok(request)
}

/// A user with a new key.
pub(crate) fn user(world: &World) -> Result<Signer> {
    let iam =
        |form: &str| world.root.sign(plain("POST", "/", FORM, format!("Version=2010-05-08&{form}"))?, "iam");
    // The user may be there already.
    let _ = world.call(iam("Action=CreateUser&UserName=ann")?)?;
    let told = world.done(iam("Action=CreateAccessKey&UserName=ann")?)?;
    Ok(Signer {
        access_key_id: element(&told, "AccessKeyId")?,
        secret: element(&told, "SecretAccessKey")?,
        ..world.root.clone()
    })
}

#[test]
fn a_users_key_counts_until_it_is_switched_off() -> Result<()> {
    let world = World::new();
    let ann = user(&world)?;
    let told = world.done(ann.sign(identity()?, "sts")?)?;
    assert_eq!(element(&told, "Arn")?, "arn:aws:iam::000000000000:user/ann");
    let forger = Signer { secret: "x".repeat(40), ..ann.clone() };
    assert_eq!(world.call(forger.sign(identity()?, "sts")?)?.code, "SignatureDoesNotMatch");
    for (status, code) in [("Inactive", "InvalidClientTokenId"), ("Active", "")] {
        let form = format!(
            "Action=UpdateAccessKey&Version=2010-05-08&UserName=ann&AccessKeyId={}&Status={status}",
            ann.access_key_id
        );
        world.done(world.root.sign(plain("POST", "/", FORM, form)?, "iam")?)?;
        assert_eq!(world.call(ann.sign(identity()?, "sts")?)?.code, code, "{status}");
    }
    Ok(())
}

/// A new session of a role.
fn session(world: &World) -> Result<Signer> {
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#;
    let create =
        format!("Action=CreateRole&Version=2010-05-08&RoleName=worker&AssumeRolePolicyDocument={trust}");
    // It may be there already.
    let _ = world.call(world.root.sign(plain("POST", "/", FORM, create)?, "iam")?)?;
    let arn = "arn:aws:iam::000000000000:role/worker";
    let assume = format!("Action=AssumeRole&Version=2011-06-15&RoleArn={arn}&RoleSessionName=shift");
    // The root of an account assumes no roles.
    let told = world.done(user(world)?.sign(plain("POST", "/", FORM, assume)?, "sts")?)?;
    Ok(Signer {
        access_key_id: element(&told, "AccessKeyId")?,
        secret: element(&told, "SecretAccessKey")?,
        session_token: Some(element(&told, "SessionToken")?),
        ..world.root.clone()
    })
}
