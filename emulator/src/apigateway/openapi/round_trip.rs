//! Laws of reading and writing together.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::definition::{
    Authorizer, COGNITO, Definition, DocumentationPart, GatewayResponse, Integration, IntegrationResponse,
    Location, Method, MethodResponse, Model, Settings, TlsConfig, Validator,
};
use super::document::{Document, Specification};
use super::findings::Findings;
use super::read;
use super::write::{self, Address, Extent, Syntax};

/// Names that may be anywhere.
const NAME: &str = "[A-Za-z][A-Za-z0-9]{0,8}";
/// Text that has a hard time in either syntax.
const TEXT: &str = "[ -~\\n\\té]{1,20}";

fn settings() -> impl Strategy<Value = Settings> {
    let one = (
        NAME,
        of(TEXT),
        of("[0-9]\\.[0-9]"),
        of(Just("AUTHORIZER")),
        vec("[a-z]/[a-z*]", 0..3),
        of(0..99_i64),
    );
    let other = (
        of(Just(json!({"Version": "2012-10-17", "Statement": []}))),
        of(Just(true)),
        vec("vpce-[0-9a-f]{4}", 0..2),
    );
    (one, other).prop_map(
        |((title, description, version, source, binary, size), (policy, disabled, endpoints))| Settings {
            title,
            description,
            version,
            api_key_source: source.map(str::to_owned),
            binary_media_types: binary,
            minimum_compression_size: size,
            policy,
            disable_execute_api_endpoint: disabled,
            vpc_endpoint_ids: endpoints,
            ..Settings::default()
        },
    )
}

fn texts() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map("[a-z]{1,6}/[a-z]{1,6}", TEXT, 0..3)
}

fn integration() -> impl Strategy<Value = Integration> {
    // Several may select the same.
    let pattern = of(prop_oneof![Just("5.*"), Just("default"), Just("")]);
    let patterns = btree_map("[2-5][0-9][0-9]", (pattern, texts(), texts()), 0..4);
    let one = (
        prop_oneof![Just("MOCK"), Just("HTTP_PROXY"), Just("AWS")],
        of(Just("POST")),
        of(TEXT),
        texts(),
        texts(),
    );
    let other = (of(50..29_000_i64), vec(NAME, 0..2), of(any::<bool>()), of(Just("NEVER")), patterns);
    (one, other).prop_map(
        |((kind, method, uri, parameters, templates), (timeout, keys, tls, passthrough, responses))| {
            let responses =
                responses.into_iter().map(|(status, (selection_pattern, parameters, templates))| {
                    let response = IntegrationResponse {
                        selection_pattern: selection_pattern.map(str::to_owned),
                        response_parameters: parameters,
                        response_templates: templates,
                        content_handling: None,
                    };
                    (status, response)
                });
            Integration {
                r#type: kind.to_owned(),
                http_method: method.map(str::to_owned),
                uri,
                request_parameters: parameters,
                request_templates: templates,
                passthrough_behavior: passthrough.map(str::to_owned),
                timeout_in_millis: timeout,
                cache_key_parameters: keys,
                tls_config: tls.map(|insecure_skip_verification| TlsConfig { insecure_skip_verification }),
                integration_responses: responses.collect(),
                ..Integration::default()
            }
        },
    )
}

/// What a method asks for: nothing, IAM, or the authorizer of this place.
#[derive(Clone, Debug)]
enum Auth {
    Nothing,
    Iam,
    Authorizer(usize, Vec<String>),
}

fn auth() -> impl Strategy<Value = Auth> {
    prop_oneof![
        Just(Auth::Nothing),
        Just(Auth::Iam),
        (any::<usize>(), vec("[a-z]{1,4}/[a-z]{1,4}", 0..2))
            .prop_map(|(place, scopes)| Auth::Authorizer(place, scopes)),
    ]
}

/// A method, with places of what it is to name.
#[derive(Clone, Debug)]
struct Drawn {
    method: Method,
    auth: Auth,
    /// Of the model of its request.
    request: Option<usize>,
    /// Of the models of its responses, by status.
    responses: BTreeMap<String, usize>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let parameter = ("(querystring|header|path)", NAME);
    let parameter = parameter.prop_map(|(place, name)| format!("method.request.{place}.{name}"));
    let parameters = btree_map(parameter, any::<bool>(), 0..4);
    let method = (of(NAME), any::<bool>(), parameters, of(integration())).prop_map(
        |(operation_name, api_key_required, mut parameters, method_integration)| {
            for (name, required) in &mut parameters {
                *required |= name.starts_with("method.request.path.");
            }
            Method {
                authorization_type: "NONE".to_owned(),
                api_key_required,
                operation_name,
                request_parameters: parameters,
                method_integration,
                ..Method::default()
            }
        },
    );
    let responses = btree_map("[2-5][0-9][0-9]", any::<usize>(), 0..3);
    (method, auth(), of(any::<usize>()), responses).prop_map(|(method, auth, request, responses)| Drawn {
        method,
        auth,
        request,
        responses,
    })
}

impl Drawn {
    /// The method, naming what the definition has.
    fn into_method(self, definition: &Definition) -> Method {
        let Self { mut method, auth, request, responses } = self;
        match auth {
            Auth::Nothing => {}
            Auth::Iam => method.authorization_type = "AWS_IAM".to_owned(),
            Auth::Authorizer(place, scopes) => {
                let place = place % definition.authorizers.len().max(1);
                if let Some((name, authorizer)) = definition.authorizers.iter().nth(place) {
                    let kind = if authorizer.r#type == COGNITO { COGNITO } else { "CUSTOM" };
                    method.authorization_type = kind.to_owned();
                    method.authorizer = Some(name.clone());
                    method.authorization_scopes = scopes;
                }
            }
        }
        let body = |place: usize| {
            let model = definition.models.keys().nth(place % definition.models.len()).unwrap();
            BTreeMap::from([("application/json".to_owned(), model.clone())])
        };
        method.request_models = request.map(body).unwrap_or_default();
        method.request_validator = definition.validators.keys().next().cloned();
        let response = |(status, place): (String, usize)| {
            let header = format!("method.response.header.X-{status}");
            let response_parameters = BTreeMap::from([(header, false)]);
            (status, MethodResponse { response_parameters, response_models: body(place) })
        };
        method.method_responses = responses.into_iter().map(response).collect();
        method
    }
}

/// Models that refer to each other.
fn models() -> impl Strategy<Value = BTreeMap<String, Model>> {
    btree_map(NAME, (of(TEXT), any::<prop::sample::Index>()), 1..4).prop_map(|drawn| {
        let names: Vec<String> = drawn.keys().cloned().collect();
        let model = |(name, (description, refers)): (String, (Option<String>, prop::sample::Index))| {
            let other = format!("#/definitions/{}", refers.get(&names));
            let mut schema = json!({"type": "object", "properties": {"other": {"$ref": other}}});
            if let Some(description) = &description {
                schema["description"] = description.as_str().into();
            }
            (name, Model { description, schema, other: None })
        };
        drawn.into_iter().map(model).collect()
    })
}

fn validator() -> impl Strategy<Value = Validator> {
    any::<(bool, bool)>().prop_map(|(validate_request_body, validate_request_parameters)| Validator {
        validate_request_body,
        validate_request_parameters,
    })
}

fn gateway_response() -> impl Strategy<Value = GatewayResponse> {
    (of("[45][0-9][0-9]"), texts(), texts()).prop_map(
        |(status_code, response_parameters, response_templates)| GatewayResponse {
            status_code,
            response_parameters,
            response_templates,
        },
    )
}

fn authorizer() -> impl Strategy<Value = Authorizer> {
    (
        prop_oneof![Just("TOKEN"), Just("REQUEST"), Just(COGNITO)],
        NAME,
        of(0..3600_i64),
        of(TEXT),
        vec(TEXT, 0..2),
    )
        .prop_map(|(kind, header, ttl, uri, provider_arns)| Authorizer {
            r#type: kind.to_owned(),
            provider_arns,
            auth_type: Some("custom".to_owned()),
            authorizer_uri: uri,
            identity_source: Some(format!("method.request.header.{header}")),
            authorizer_result_ttl_in_seconds: ttl,
            ..Authorizer::default()
        })
}

/// Any definition that both specifications can hold.
fn definition() -> impl Strategy<Value = Definition> {
    let verb = prop_oneof![Just("GET"), Just("POST"), Just("ANY"), Just("HEAD")].prop_map(str::to_owned);
    let paths = btree_map("(/[a-z]{1,4}|/\\{[a-z]{1,4}\\}){1,3}", btree_map(verb, drawn(), 0..3), 0..4);
    let kind = prop_oneof![Just("DEFAULT_4XX"), Just("THROTTLED")].prop_map(str::to_owned);
    let parts = (
        btree_map("au[a-z]{1,6}", authorizer(), 0..3),
        btree_map(NAME, validator(), 0..3),
        btree_map(kind, gateway_response(), 0..2),
    );
    (settings(), models(), parts, paths).prop_map(
        |(settings, models, (authorizers, validators, gateway_responses), paths)| {
            let mut definition = Definition {
                settings,
                models,
                authorizers,
                validators,
                gateway_responses,
                ..Definition::default()
            };
            for (path, methods) in paths {
                let methods = methods.into_iter().map(|(verb, drawn)| (verb, drawn.into_method(&definition)));
                let methods = methods.collect();
                definition.paths.insert(path, methods);
            }
            definition
        },
    )
}

fn address() -> Address {
    Address { host: "api.example".to_owned(), stage: "live".to_owned() }
}

fn written(definition: &Definition, specification: Specification, syntax: Syntax) -> String {
    syntax.write(&write::write(definition, specification, Extent::WHOLE, &address())).unwrap()
}

fn read_back(text: &str, with_documentation: bool) -> (Definition, Option<String>, Vec<String>) {
    let document = Document::parse(text.as_bytes()).unwrap();
    let mut findings = Findings::default();
    let definition = read::read(&document, &mut findings, with_documentation);
    let base_path = read::base_path(&document);
    (definition, base_path, findings.conclude(false).unwrap())
}

const SPECIFICATIONS: [Specification; 2] = [Specification::Swagger2, Specification::OpenApi3];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_as_it_was(definition in definition()) {
        for specification in SPECIFICATIONS {
            for syntax in [Syntax::Json, Syntax::Yaml] {
                let text = written(&definition, specification, syntax);
                let (back, base_path, _) = read_back(&text, false);
                prop_assert_eq!(&back, &definition, "{:?} {:?}\n{}", specification, syntax, text);
                prop_assert_eq!(base_path.map(|path| path.trim_matches('/').to_owned()), Some("live".to_owned()));
            }
        }
    }

    /// All of the documentation comes back, and no more, from the extension and from the places that it is about.
    #[test]
    fn what_is_documented_is_read_as_it_was(
        mut definition in definition(),
        kinds in vec((0..7_usize, any::<prop::sample::Index>(), any::<bool>(), any::<bool>(), TEXT), 0..6),
    ) {
        let mut paths: Vec<String> = definition.paths.keys().cloned().collect();
        paths.push("/".to_owned());
        let parts = kinds.into_iter().map(|(kind, path, any_verb, is_known, text)| {
            let kind = ["METHOD", "RESPONSE", "RESOURCE", "API", "MODEL", "QUERY_PARAMETER", "REQUEST_BODY"][kind];
            let has_path = !matches!(kind, "API" | "MODEL");
            let location = Location {
                r#type: kind.to_owned(),
                path: has_path.then(|| path.get(&paths).clone()),
                method: (has_path && kind != "RESOURCE").then(|| if any_verb { "*" } else { "GET" }.to_owned()),
                status_code: (kind == "RESPONSE").then(|| "*".to_owned()),
                name: matches!(kind, "MODEL" | "QUERY_PARAMETER").then(|| "a".to_owned()),
            };
            let name = if is_known { "description" } else { "foo" };
            (location, json!({(name): text, "x-any": 1}))
        });
        let parts: BTreeMap<Location, Value> = parts.collect();
        prop_assume!(!parts.is_empty());
        definition.documentation =
            parts.into_iter().map(|(location, properties)| DocumentationPart { location, properties }).collect();
        for specification in SPECIFICATIONS {
            let text = written(&definition, specification, Syntax::Json);
            let (back, ..) = read_back(&text, true);
            prop_assert_eq!(&back, &definition, "{:?}\n{}", specification, text);
        }
    }

    /// Of a good document, with one piece gone, doubled, or another's in its place, comes a definition or a refusal.
    #[test]
    fn broken_documents_are_read_or_refused(
        definition in definition(),
        is_yaml in any::<bool>(),
        (from, to, at) in (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        noise in "[{}\\[\\]\":,&*!|>#\\-? \\n\\t%@`'a0~/]{0,6}",
    ) {
        let syntax = if is_yaml { Syntax::Yaml } else { Syntax::Json };
        let text = written(&definition, Specification::OpenApi3, syntax).into_bytes();
        let (from, to) = (from.index(text.len()), to.index(text.len()));
        let piece = &text[from.min(to)..from.max(to).min(from.min(to) + 200)];
        let mut broken = text.clone();
        let at = at.index(text.len());
        broken.splice(at..(at + piece.len()).min(text.len()), piece.iter().copied().chain(noise.bytes()));
        for document in [&broken[..], &text[..at]] {
            if let Ok(document) = Document::parse(document) {
                let _ = read::read(&document, &mut Findings::default(), true);
            }
        }
    }

    /// Members of the wrong type, and references to anywhere, lead to warnings and no further.
    #[test]
    fn any_value_may_stand_anywhere(definition in definition(), value in json_value(), place in any::<prop::sample::Index>()) {
        for specification in SPECIFICATIONS {
            let mut root = write::write(&definition, specification, Extent::WHOLE, &address());
            let mut pointers = Vec::new();
            list_pointers(&root, String::new(), &mut pointers);
            *root.pointer_mut(&pointers[place.index(pointers.len())]).unwrap() = value.clone();
            let document = Document { specification, root };
            let _ = read::read(&document, &mut Findings::default(), true);
        }
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        TEXT.prop_map(Value::from),
        prop_oneof![Just("#"), Just("#/paths"), Just("#/components/schemas/nothing"), Just("x.json")]
            .prop_map(|reference| json!({"$ref": reference})),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map(NAME, inner, 0..3).prop_map(|map| json!(map))
        ]
    })
}

fn list_pointers(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                list_pointers(value, format!("{pointer}/{name}"), pointers);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                list_pointers(item, format!("{pointer}/{place}"), pointers);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    pointers.push(pointer);
}

#[test]
fn a_path_item_that_is_referred_to_everywhere_is_refused() {
    let parameters = (0..50_000).map(|number| json!({"name": number.to_string(), "in": "query"}));
    let item = json!({"parameters": parameters.collect::<Vec<_>>(), "get": {"responses": {}}});
    let paths = (0..50_000).map(|number| (format!("/{number}"), json!({"$ref": "#/x-item"})));
    let paths: serde_json::Map<_, _> = paths.collect();
    let root = json!({"openapi": "3.0.1", "paths": paths, "x-item": item});
    let document = Document { specification: Specification::OpenApi3, root };
    let mut findings = Findings::default();
    read::read(&document, &mut findings, true);
    let message = findings.conclude(false).unwrap_err().message;
    assert!(message.contains("It repeats too much by reference."), "{message}");
}

#[test]
fn what_the_root_says_is_a_part_beside_those_of_the_extension() {
    let root = json!({
        "openapi": "3.0.1",
        "info": {"title": "a", "description": "the API's own", "contact": {"name": "b"}},
        "tags": [{"name": "c"}],
        "paths": {},
        "x-amazon-apigateway-documentation": {
            "documentationParts": [{"location": {"type": "RESOURCE", "path": "/"}, "properties": {"d": "e"}}]
        }
    });
    let document = Document { specification: Specification::OpenApi3, root };
    let definition = read::read(&document, &mut Findings::default(), true);
    let of_api = definition.documentation.iter().find(|part| part.location.r#type == "API");
    assert_eq!(
        of_api.map(|part| &part.properties),
        Some(&json!({"info": {"contact": {"name": "b"}}, "tags": [{"name": "c"}]}))
    );
    assert_eq!(definition.documentation.len(), 2);
}

#[test]
fn documentation_comes_back_by_the_extension() {
    let location = Location {
        r#type: "METHOD".to_owned(),
        path: Some("/a".to_owned()),
        method: Some("GET".to_owned()),
        ..Location::default()
    };
    let part = DocumentationPart { location, properties: json!({"summary": "All of it"}) };
    let mut definition = Definition { documentation: vec![part], ..Definition::default() };
    definition.settings.documentation_version = Some("1".to_owned());
    for specification in SPECIFICATIONS {
        let (back, ..) = read_back(&written(&definition, specification, Syntax::Json), true);
        assert_eq!(back, definition);
    }
}
