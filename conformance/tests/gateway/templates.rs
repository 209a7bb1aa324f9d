//! Mapping templates of a deployed API: bodies in both directions, overrides, and templates that fail.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{Level, World, function_uri};

fn post(integration: &Value) -> Value {
    json!({"post": {
        "parameters": [{"name": "id", "in": "path", "required": true, "type": "string"}],
        "responses": {"200": {"description": "", "headers": {"X-Mapped": {"type": "string"}}}},
        "x-amazon-apigateway-integration": integration,
    }})
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_transformed_on_both_ways() -> Result<()> {
    let mut world = World::new().await?;
    let request = "#set($pet = $input.path('$.pet'))\
                   #set($context.requestOverride.header.X-Added = \"$pet.name\")\
                   #set($context.requestOverride.querystring.added = \"$input.params('q')\")\
                   {\"name\": $input.json('$.pet.name'), \"path\": \"$input.params().path.id\", \
                   \"stage\": \"$context.stage\", \"tags\": [#foreach($tag in $pet.tags)\"$tag\"#if($foreach.hasNext), #end#end]}";
    let response = "#set($told = $util.parseJson($input.path('$.body')))\
                    #set($context.responseOverride.status = 418)\
                    #set($context.responseOverride.header.X-Mapped = \"$told.name\")\
                    {\"sent\": $input.path('$.body'), \"uri\": \"$input.path('$.uri')\", \
                    \"added\": \"$input.path('$.headers.x-added')\"}";
    let integration = json!({
        "type": "HTTP", "httpMethod": "POST", "uri": "http://BACKEND/echo",
        "requestTemplates": {"application/json": request},
        "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": response}}},
    });
    world.deploy(Level::Trace, &json!({"/pets/{id}": post(&integration)}), &Value::Null).await?;
    let body = r#"{"pet": {"name": "Rex", "tags": ["a", "b"]}}"#;
    let outcome = world.send("POST", "/pets/7?q=1", &[("content-type", "application/json")], body).await?;
    let told: Value = serde_json::from_slice(outcome.response.body())?;
    assert_eq!(
        told,
        json!({
            "sent": {"name": "Rex", "path": "7", "stage": "prod", "tags": ["a", "b"]},
            "uri": "/echo?added=1",
            "added": "Rex",
        })
    );
    assert_eq!(outcome.response.status().as_u16(), 418);
    assert_eq!(outcome.response.headers()["x-mapped"], "Rex");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_that_fail_answer_500_and_say_which_way() -> Result<()> {
    let function = |request: &str, response: &str| {
        post(&json!({
            "type": "AWS", "httpMethod": "POST", "uri": function_uri("returns"),
            "requestTemplates": {"application/json": request},
            "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": response}}},
        }))
    };
    let endless =
        "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])$a$b$c#end#end#end";
    let doubling = "#set($s = \"xxxxxxxxxxxxxxxx\")#foreach($a in [1..60])#set($s = \"$s$s\")#end$s";
    let mut world = World::new().await?;
    let paths = json!({
        "/fine": function("{\"a\": 1}", "$input.body"),
        "/unclosed": function("#if(true)", "$input.body"),
        "/unclosed-response": function("{\"a\": 1}", "#foreach($x in"),
        "/endless": function(endless, "$input.body"),
        "/doubling": function("{\"a\": 1}", doubling),
    });
    world.deploy(Level::Error, &paths, &Value::Null).await?;
    let json = [("content-type", "application/json")];
    assert_eq!(world.send("POST", "/fine", &json, "{}").await?.response.status().as_u16(), 200);
    for (path, way) in [
        ("/unclosed", "request"),
        ("/unclosed-response", "response"),
        ("/endless", "request"),
        ("/doubling", "response"),
    ] {
        let outcome = world.send("POST", path, &json, "{}").await?;
        assert_eq!(outcome.response.status().as_u16(), 500, "{path}");
        assert_eq!(outcome.response.body().as_ref(), br#"{"message": "Internal server error"}"#, "{path}");
        let line = format!("({{id}}) Execution failed due to configuration error: Unable to transform {way}");
        assert_eq!(outcome.execution[0], line, "{path}");
    }
    Ok(())
}
