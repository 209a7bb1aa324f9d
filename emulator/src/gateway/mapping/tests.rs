//! The developer guide's examples, what users report, and what the libraries behind API Gateway were captured doing.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use stagecheck_velocity::Template;

use super::{Direction, Mapped, MappingError, MappingInput, Overrides, render};

const REQUEST: MappingInput<'_> = MappingInput {
    direction: Direction::Request,
    body: "",
    path: &[],
    querystring: &[],
    header: &[],
    context: &Json::Null,
    stage_variables: &[],
};

fn map(template: &str, input: &MappingInput<'_>) -> Result<Mapped, MappingError> {
    render(&Template::parse(template).unwrap(), input)
}

fn text(template: &str, input: &MappingInput<'_>) -> String {
    map(template, input).unwrap().text
}

/// The text of a template for a body.
fn of(body: &str, template: &str) -> String {
    text(template, &MappingInput { body, ..REQUEST })
}

fn json_of(body: &str, template: &str) -> Json {
    let text = of(body, template);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// "Mapping template transformations for REST APIs", the example.
#[test]
fn the_guides_pets_are_described() {
    let body = r#"[
        { "id": 1, "type": "dog", "price": 249.99 },
        { "id": 2, "type": "cat", "price": 124.99 },
        { "id": 3, "type": "fish", "price": 0.99 }
    ]"#;
    let template = r#"#set($inputRoot = $input.path('$'))
[
#foreach($elem in $inputRoot)
  {
    "description" : "Item $elem.id is a $elem.type.",
    "askingPrice" : $elem.price
  }#if($foreach.hasNext),#end

#end
]"#;
    assert_eq!(
        json_of(body, template),
        json!([
            {"description": "Item 1 is a dog.", "askingPrice": 249.99},
            {"description": "Item 2 is a cat.", "askingPrice": 124.99},
            {"description": "Item 3 is a fish.", "askingPrice": 0.99},
        ])
    );
    assert_eq!(of(&format!("{{\"pets\": {body}}}"), "$input.path('$.pets').size()"), "3");
}

/// "Examples using variables", example 2: all parameters.
#[test]
fn the_guides_parameters_are_all_passed() {
    let template = r#"#set($allParams = $input.params())
{
  "params" : {
    #foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
    "$type" : {
      #foreach($paramName in $params.keySet())
      "$paramName" : "$util.escapeJavaScript($params.get($paramName))"
      #if($foreach.hasNext),#end
      #end
    }
    #if($foreach.hasNext),#end
    #end
  }
}"#;
    let input = MappingInput {
        path: &[("path_name", "path_value")],
        querystring: &[("querystring_name", "a \"quoted\" value"), ("second", "2")],
        header: &[("header_name", "header_value")],
        ..REQUEST
    };
    let output: Json = serde_json::from_str(&text(template, &input)).unwrap();
    assert_eq!(
        output,
        json!({"params": {
            "path": {"path_name": "path_value"},
            "querystring": {"querystring_name": "a \"quoted\" value", "second": "2"},
            "header": {"header_name": "header_value"},
        }})
    );
}

/// "Examples using variables", example 1.
#[test]
fn the_guides_context_is_passed() {
    let context = json!({"stage": "prod", "identity": {"sourceIp": "192.0.2.1", "userAgent": "curl/7.84.0"}});
    let input = MappingInput { context: &context, ..REQUEST };
    let template = r#"{ "stage" : "$context.stage", "source_ip" : "$context.identity.sourceIp", "user-agent" :
        "$context.identity.userAgent", "api_key" : "$context.identity.apiKey" }"#;
    let output: Json = serde_json::from_str(&text(template, &input)).unwrap();
    assert_eq!(
        output,
        json!({"stage": "prod", "source_ip": "192.0.2.1", "user-agent": "curl/7.84.0", "api_key": ""})
    );
}

/// "Input variables", the example with a name and a body; "Util variables", `parseJson`.
#[test]
fn the_guides_bodies_are_passed() {
    let input = MappingInput {
        body: r#"{"mykey": [1, {"a": "b"}], "things": {"1": {}, "2": {}, "3": {}}}"#,
        path: &[("id", "abc")],
        querystring: &[("name", "Ada"), ("id", "of the query")],
        ..REQUEST
    };
    let template = r#"{"name" : "$input.params('name')", "body" : $input.json('$.mykey'), "id" : "$input.params('id')",
        "count" : "$input.path('$.things').size()", "things" : $input.json('$.things')}"#;
    let output: Json = serde_json::from_str(&text(template, &input)).unwrap();
    assert_eq!(
        output,
        json!({"name": "Ada", "body": [1, {"a": "b"}], "id": "abc", "count": "3",
            "things": {"1": {}, "2": {}, "3": {}}})
    );
    let body = r#"{"errorMessage":"{\"key1\":\"var1\",\"key2\":{\"arr\":[1,2,3]}}"}"#;
    let template = "#set ($errorMessageObj = $util.parseJson($input.path('$.errorMessage')))
{
   \"errorMessageObjKey2ArrVal\" : $errorMessageObj.key2.arr[0]
}";
    assert_eq!(of(body, template), "{\n   \"errorMessageObjKey2ArrVal\" : 1\n}");
}

/// "Stage variables": the three ways to write one.
#[test]
fn stage_variables_are_read_in_three_ways() {
    let input = MappingInput { stage_variables: &[("url", "example.com")], ..REQUEST };
    assert_eq!(
        text("$stageVariables.url $stageVariables['url'] ${stageVariables['url']}", &input),
        "example.com example.com example.com"
    );
    assert_eq!(text("[$stageVariables.none]", &input), "[]");
}

/// "Override your API's request and response parameters", both tutorials.
#[test]
fn the_guides_overrides_are_told() {
    let input = MappingInput {
        body: r#"{"a": 1}"#,
        header: &[("header1", "header1Val"), ("header2", "header2Val")],
        context: &json!({}),
        ..REQUEST
    };
    let template = r#"#set($header1Override = "foo")
#set($header3Value = "$input.params('header1')$input.params('header2')")
$input.json("$")
#set($context.requestOverride.header.header3 = $header3Value)
#set($context.requestOverride.header.header1 = $header1Override)
#set($context.requestOverride.path.id = 7)
#set($context.requestOverride.querystring["q-1"] = [1])
$context.requestOverride.header.header1"#;
    let mapped = map(template, &input).unwrap();
    assert_eq!(mapped.text, "{\"a\":1}\nfoo");
    let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(
        mapped.overrides,
        Overrides {
            header: own(&[("header3", "header1Valheader2Val"), ("header1", "foo")]),
            path: own(&[("id", "7")]),
            querystring: own(&[("q-1", "[1]")]),
            status: None,
        }
    );

    let input = MappingInput {
        direction: Direction::Response,
        body: r#"{"errors": [{"key": "GetPetRequest.petId", "message": "The value is out of range."}]}"#,
        context: &json!({}),
        ..REQUEST
    };
    let template = r#"#set($inputRoot = $input.path('$'))
$input.json("$")
#if($inputRoot.toString().contains("error"))
#set($context.responseOverride.status = 400)
#end
"#;
    let mapped = map(template, &input).unwrap();
    assert_eq!(mapped.text, format!("{}\n", serde_json::from_str::<Json>(input.body).unwrap()));
    assert_eq!(mapped.overrides, Overrides { status: Some(400), ..Overrides::default() });
}

#[test]
fn what_cannot_be_overridden_fails() {
    let input = MappingInput { context: &json!({}), ..REQUEST };
    let response = MappingInput { direction: Direction::Response, ..input };
    for (template, input, part) in [
        (
            "#set($context.requestOverride.header.a = 1)#set($context.requestOverride.header.a = 2)",
            input,
            "a is overridden twice",
        ),
        ("#set($context.requestOverride.header = 'a')", input, "header cannot be overridden as a whole"),
        ("#set($context.responseOverride.status = 'ok')", response, "\"ok\" is no status code"),
        ("#set($context.responseOverride.status = 99)", response, "\"99\" is no status code"),
        (
            "#set($context.responseOverride.status = 200)#set($context.responseOverride.status = 201)",
            response,
            "status is overridden twice",
        ),
    ] {
        let error = map(template, &input).unwrap_err().to_string();
        assert!(error.contains(part), "{template}: {error}");
    }
    // A request has no status to override, and an answer no path.
    assert_eq!(map("#set($context.responseOverride.status = 1)x", &input).unwrap().text, "x");
    assert_eq!(map("#set($context.requestOverride.path.a = 1)x", &response).unwrap().text, "x");
}

#[test]
fn parameters_are_told_by_case_and_the_last_one_counts() {
    let input = MappingInput {
        querystring: &[("a", "1"), ("a", "2")],
        header: &[("a", "header"), ("X-Id", "7")],
        ..REQUEST
    };
    assert_eq!(
        text(
            "$input.params('a') $input.params().querystring $input.params('X-Id') [$input.params('x-id')]",
            &input
        ),
        "2 {a=2} 7 []"
    );
    assert_eq!(
        text("$input.params().path.size() $input.params()", &input),
        "0 {path={}, querystring={a=2}, header={a=header, X-Id=7}}"
    );
    assert_eq!(text("#if($input.params('none') == '')none#end", &input), "none");
}

/// Reported: what is not there puts out nothing, an empty body is an empty object, lists of the body put themselves out as JSON,
/// forms are strings, and what is set in the body stays set.
#[test]
fn what_users_report_holds() {
    assert_eq!(of(r#"{"a": 1}"#, "[$input.path('$').item2][$input.path('$.b')][$none][$!none]"), "[][][][]");
    assert_eq!(of("", "$input.body $input.json('$') $input.path('$') [$input.path('$.a')]"), "{} {} {} []");
    let response = MappingInput { direction: Direction::Response, ..REQUEST };
    assert_eq!(text("[$input.body][$input.path('$')]$input.json('$')", &response), "[][]\"\"");
    let body = r#"{"list": [{"foo": "bar/x"}], "map": {"a": null}}"#;
    assert_eq!(
        of(body, "$input.path('$') $input.path('$.list') $input.path('$.map')"),
        r#"{list=[{"foo":"bar\/x"}], map={a=null}} [{"foo":"bar\/x"}] {a=null}"#
    );
    assert_eq!(of(r#"{"j": "[{\"a\": 1}]"}"#, "$util.parseJson($input.path('$.j'))"), "[{a=1}]");
    assert_eq!(
        of("a=1&b=2", "#foreach($token in $input.path('$').split('&'))<$token>#end$input.json('$')"),
        "<a=1><b=2>\"a=1&b=2\""
    );
    assert_eq!(
        of(
            r#"{"id": 7}"#,
            "#set($body = $input.path('$'))\n#set($body.url = \"https://x/$body.id\")\n$input.json('$')"
        ),
        r#"{"id":7,"url":"https://x/7"}"#
    );
    assert_eq!(of(r#"{"l": [1]}"#, "#set($ok = $input.path('$.l').add(2))$input.json('$.l[*]')"), "[1,2]");
    assert_eq!(
        of(r#"{"a": null}"#, "$input.json('$.a') $input.json('$.b') [$input.path('$.a')]"),
        "null \"\" []"
    );
}

#[test]
fn a_body_that_is_broken_fails() {
    for body in ["{\"a\":", "[1", " {\"a\" 1}"] {
        let error = map("$input.path('$')", &MappingInput { body, ..REQUEST }).unwrap_err().to_string();
        assert!(error.contains("the body is not JSON"), "{body}: {error}");
        // Who does not look into the body does not mind.
        assert_eq!(of(body, "$input.body"), body);
    }
}

/// As captured of json-smart 2.2.
#[test]
fn bodies_that_are_no_objects_are_values() {
    for (body, json) in [
        ("hello", "\"hello\""),
        ("12", "12"),
        ("'x'", "\"x\""),
        ("\"s\"", "\"s\""),
        ("true", "true"),
        ("<xml/>", "\"<xml/>\""),
        ("  ", "\"\""),
        ("1 2", "\"1 2\""),
    ] {
        assert_eq!(of(body, "$input.json('$')"), json, "{body}");
    }
}

/// As captured of Jayway's JsonPath 2.0, but for negative indexes, which it has since 2.1.
#[test]
fn paths_lead_where_jayways_lead() {
    let body = json!({
        "store": {
            "book": [
                {"category": "reference", "author": "A B", "title": "S", "price": 8.95},
                {"category": "fiction", "title": "Sword", "price": 12.99, "isbn": "0"},
                {"category": "fiction", "title": "Moby", "price": 8.99},
            ],
            "bicycle": {"color": "red", "price": 19.95},
        },
        "expensive": 10,
        "a-b": 1,
        "a b": 2,
        "n": null,
        "e": [],
        "nested": [[1, 2], [3]],
        "f": 1.0,
    })
    .to_string();
    for (path, json) in [
        ("$.expensive", "10"),
        ("$.missing", "\"\""),
        ("$.store.missing.deeper", "\"\""),
        ("$.n.x", "\"\""),
        ("$.a-b", "1"),
        ("$['a-b']", "1"),
        ("$['a b']", "2"),
        ("$.store.book[0].title", "\"S\""),
        ("$.store.book[5]", "\"\""),
        ("$.store.book[-1].title", "\"Moby\""),
        ("$.store.book[0,1].title", r#"["S","Sword"]"#),
        ("$.store.book[:2].title", r#"["S","Sword"]"#),
        ("$.store.book[1:].title", r#"["Sword","Moby"]"#),
        ("$.store.book[-2:].title", r#"["Sword","Moby"]"#),
        ("$.store.book[*].title", r#"["S","Sword","Moby"]"#),
        ("$.store.book.*.title", r#"["S","Sword","Moby"]"#),
        ("$..price", "[8.95,12.99,8.99,19.95]"),
        ("$..book[0]", r#"[{"category":"reference","author":"A B","title":"S","price":8.95}]"#),
        ("$..missing", "[]"),
        ("$.store.book[?(@.isbn)].title", r#"["Sword"]"#),
        ("$.store.book[?(@.price < 10)].title", r#"["S","Moby"]"#),
        ("$.store.book[?(@.category == 'fiction')].title", r#"["Sword","Moby"]"#),
        ("$.store.book[?(@.category=='fiction' && @.price>10)].title", r#"["Sword"]"#),
        ("$.store.book[?(@.title =~ /.*o.*/i)].title", r#"["Sword","Moby"]"#),
        ("$.store.book[?(!@.isbn)].title", r#"["S","Moby"]"#),
        ("$.store.book[?(@.price < $.expensive)].title", r#"["S","Moby"]"#),
        ("$.store.book[(@.length-1)].title", "\"Moby\""),
        ("$.store.bicycle", r#"{"color":"red","price":19.95}"#),
        ("$.e", "[]"),
        ("$.nested", "[[1,2],[3]]"),
        ("$.nested[0][1]", "2"),
        ("$.f", "1.0"),
        ("expensive", "10"),
        ("store.book[0].title", "\"S\""),
        ("@.expensive", "10"),
        ("$.store.book.title", "\"\""),
        ("$.store.book['title']", "\"\""),
        ("$.store.book[0]['title']", "\"S\""),
    ] {
        let template = format!("#set($path = \"{}\")$input.json($path)", path.replace('$', "${d}"));
        let template = format!("#set($d = '$'){template}");
        assert_eq!(of(&body, &template), json, "{path}");
    }
}

#[test]
fn paths_that_are_none_fail() {
    for path in [
        "$.a b",
        "$expensive",
        "$.",
        "$..",
        "$.a.length()",
        "$[",
        "$[a]",
        "$['a",
        "$[?(@.a in ['b'])]",
        "$[?(@.a =~ b)]",
        "$[?(",
        "$[?(@.a =~ /a{9}/)]",
        "$.a[1:2:x]",
        "$['a' 'b']",
    ] {
        let template = format!("$input.path('{}')", path.replace('\'', "''"));
        let error = map(&template, &MappingInput { body: "{}", ..REQUEST }).unwrap_err().to_string();
        assert!(error.contains("cannot be used"), "{path}: {error}");
    }
}

/// As captured: `escapeJavaScript` of Commons Lang 2.6 and 3.12, `java.net.URLEncoder`, `java.net.URLDecoder`.
#[test]
fn functions_do_what_javas_do() {
    let run = |call: &str, value: &str| {
        let template = format!("$util.{call}($input.params('value'))");
        map(&template, &MappingInput { querystring: &[("value", value)], ..REQUEST })
            .map(|mapped| mapped.text)
    };
    assert_eq!(
        run("escapeJavaScript", "it's \"q\" \\ / \u{8}\n\t\u{c}\r \u{1} \u{7f} é 𝄞 \u{2028} <>&").unwrap(),
        "it\\'s \\\"q\\\" \\\\ \\/ \\b\\n\\t\\f\\r \\u0001 \u{7f} \\u00E9 \\uD834\\uDD1E \\u2028 <>&"
    );
    assert_eq!(
        run("urlEncode", " aZ09-_.~*!'()/?&=+é𝄞%\n").unwrap(),
        "+aZ09-_.%7E*%21%27%28%29%2F%3F%26%3D%2B%C3%A9%F0%9D%84%9E%25%0A"
    );
    assert_eq!(run("urlDecode", "a+b%20c%C3%A9").unwrap(), "a b cé");
    assert_eq!(run("urlDecode", "%FF").unwrap(), "\u{fffd}");
    for malformed in ["%zz", "%4", "%", "a%2"] {
        assert!(run("urlDecode", malformed).is_err(), "{malformed}");
    }
    assert_eq!(run("base64Encode", "né").unwrap(), "bsOp");
    assert_eq!(run("base64Decode", "bsOp").unwrap(), "né");
    assert_eq!(run("base64Decode", "YQ").unwrap(), "a");
    assert!(run("base64Decode", "a!").is_err());
    assert!(run("parseJson", "{").is_err());
    // The guide's way to have quotes in JSON.
    assert_eq!(
        of("{\"a\": \"it's\"}", "$util.escapeJavaScript($input.path('$.a')).replaceAll(\"\\\\'\",\"'\")"),
        "it's"
    );
    assert_eq!(
        of("{}", "[$util.escapeJavaScript($input.path('$.none'))][$util.none('a')][$util.urlEncode()]"),
        "[][][]"
    );
    assert_eq!(of("{\"n\": 1.5}", "$util.urlEncode($input.path('$'))"), "%7Bn%3D1.5%7D");
}

#[test]
fn paths_that_come_to_all_from_all_are_stopped() {
    let body = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    for path in [
        "$..*..*..*..*..*",
        "$..[?(@..[?(@..[?(@..*)])])]",
        &format!("${}", "[0,0]".repeat(60)),
        &format!("${}", "[:,:]".repeat(60)),
    ] {
        let error =
            map(&format!("$input.path('{path}')"), &MappingInput { body: &body, ..REQUEST }).unwrap_err();
        assert!(error.to_string().contains("steps"), "{path}: {error}");
    }
    let deep = format!("$[?({}@.a{})]", "(".repeat(500), ")".repeat(500));
    assert!(map(&format!("$input.path('{deep}')"), &MappingInput { body: "[]", ..REQUEST }).is_err());
    let nots = format!("$[?({}@.a)]", "!".repeat(1_900));
    let _ = map(&format!("$input.path('{nots}')"), &MappingInput { body: "[]", ..REQUEST });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_path_leads_somewhere_or_fails(path in "[$@.]?[\\$@.\\[\\]()?*'\",:a-c0-2=~/! &<-]{0,20}") {
        let input = MappingInput {
            body: r#"{"a": [{"b": 1}, {"b": [2, "c"]}], "c": {"a": null}}"#,
            querystring: &[("path", &path)],
            ..REQUEST
        };
        let _ = map("$input.json($input.params('path')) $input.path($input.params('path'))", &input);
    }

    #[test]
    fn names_of_all_kinds_are_found(name in "[^'\\\\]{1,10}") {
        let body = json!({&name: 7}).to_string();
        let path = format!("$['{name}']");
        let input = MappingInput { body: &body, querystring: &[("path", &path)], ..REQUEST };
        prop_assert_eq!(text("$input.path($input.params('path'))", &input), "7");
    }

    #[test]
    fn encoding_and_decoding_come_back(value in "\\PC{0,20}") {
        let input = MappingInput { querystring: &[("v", &value)], ..REQUEST };
        prop_assert_eq!(&text("$util.urlDecode($util.urlEncode($input.params('v')))", &input), &value);
        prop_assert_eq!(&text("$util.base64Decode($util.base64Encode($input.params('v')))", &input), &value);
    }

    #[test]
    fn json_of_a_body_is_the_body(number in any::<i64>(), float in -1e6_f64..1e6, text in "[a-z\"/]{0,8}") {
        let body = json!({"n": number, "f": [float], "t": {"x": text}});
        let output: Json = serde_json::from_str(&of(&body.to_string(), "$input.json('$')")).unwrap();
        prop_assert_eq!(output, body);
    }
}
