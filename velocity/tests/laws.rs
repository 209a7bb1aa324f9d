//! What holds of all templates.

#![expect(clippy::unwrap_used, reason = "a test may fail by it")]

use proptest::prelude::*;
use stagecheck_velocity::{Fault, Heap, Key, Limits, Notation, Object, Scope, Template, Undefined, Value};

fn render(template: &str) -> String {
    Template::parse(template).unwrap().render(&mut Scope::new(Limits::default(), Undefined::Source)).unwrap()
}

/// Texts of what means something to Velocity.
fn anything() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[ -~\n\té𝄞]{0,5}",
        prop::sample::select(vec![
            "$",
            "${",
            "$!",
            "$x",
            ".y",
            "[0]",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "#",
            "##",
            "#*",
            "*#",
            "#[[",
            "]]#",
            "#set(",
            "#if(",
            "#elseif(",
            "#else",
            "#end",
            "#foreach(",
            "$i in ",
            "#define(",
            "#break",
            "#stop",
            "\\",
            ",",
            ":",
            "..",
            "1",
            "-",
            "1.5",
            "e9",
            " == ",
            " && ",
            "!",
            "true",
            "\n",
            "#macro(",
            "x.y(",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
}

/// Expressions over small variables.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (-50_i64..50).prop_map(|number| number.to_string()),
        prop::sample::select(vec![
            "$list",
            "$map",
            "$text",
            "$none",
            "$list.size()",
            "$map.a",
            "$text.length()",
            "'x'",
            "\"$text!\"",
            "true",
            "1.5",
            "[1..3]",
            "{}",
            "$list.add(1)",
            "$map.put('b', $list)",
            "$text.replaceAll('[a-c]', '$0$0')",
            "$text.split('b')",
            "$list.subList(0, 1)",
            "$list[0]",
            "$map.entrySet()",
            "$list.addAll($list)",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let operators = vec!["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||"];
        prop_oneof![
            (inner.clone(), prop::sample::select(operators), inner.clone())
                .prop_map(|(left, operator, right)| format!("({left} {operator} {right})")),
            inner.prop_map(|operand| format!("!{operand}")),
        ]
    })
}

/// Templates that parse.
fn template() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z ,.\n]{0,8}",
        prop::sample::select(vec![
            "$text",
            "$!none",
            "${list}",
            "$map.a",
            "$foreach.index",
            "$block",
            "#{break}",
            "$x"
        ])
        .prop_map(str::to_owned),
        expression().prop_map(|value| format!("#set($x = {value})\n")),
        expression().prop_map(|value| format!("#set($map.x = {value})\n")),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let block = prop::collection::vec(inner, 0..4).prop_map(|parts| parts.concat());
        prop_oneof![
            (expression(), block.clone(), block.clone())
                .prop_map(|(condition, yes, no)| format!("#if({condition}){yes}#{{else}}{no}#{{end}}")),
            (prop::sample::select(vec!["$list", "$map", "[1..40]", "$x"]), block.clone())
                .prop_map(|(items, body)| format!("#foreach($i in {items}){body}#{{end}}")),
            block.clone().prop_map(|body| format!("#define($block){body}#{{end}}")),
            block,
        ]
    })
}

fn tight() -> Limits {
    Limits { iterations: 50, steps: 50_000, memory: 2_000_000, output: 10_000, depth: 60 }
}

fn tight_scope() -> Scope<'static> {
    let mut scope = Scope::new(tight(), Undefined::Source);
    for (name, json) in [
        ("list", serde_json::json!(["a", 1, null])),
        ("map", serde_json::json!({"a": "b"})),
        ("text", serde_json::json!("abcé𝄞")),
    ] {
        let value = scope.heap().value_of(&json, Notation::Json).unwrap();
        scope.set(name, value);
    }
    scope
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_without_signs_puts_out_itself(text in "[^$#\\\\]*") {
        prop_assert_eq!(render(&text), text);
    }

    #[test]
    fn unparsed_text_puts_out_itself(text in "([^\\]]|\\][a-z])*") {
        prop_assert_eq!(render(&format!("#[[{text}]]#")), text);
    }

    #[test]
    fn a_string_in_single_quotes_is_its_characters(text in "[^']*") {
        prop_assert_eq!(render(&format!("#set($x = '{text}')\n$x")), text);
    }

    #[test]
    fn what_is_undefined_puts_out_itself_unless_quiet(name in "[a-z_][a-zA-Z0-9_-]{0,8}", more in "(\\.[a-z]{1,4}(\\(1\\))?){0,3}") {
        prop_assume!(name != "true" && name != "false");
        for reference in [format!("${name}{more}"), format!("${{{name}{more}}}")] {
            prop_assert_eq!(&render(&reference), &reference);
        }
        prop_assert_eq!(render(&format!("$!{name}{more}")), "");
        prop_assert_eq!(render(&format!("$!{{{name}{more}}}")), "");
        let mut empty = Scope::new(Limits::default(), Undefined::Empty);
        prop_assert_eq!(Template::parse(&format!("${name}{more}")).unwrap().render(&mut empty).unwrap(), "");
    }

    #[test]
    fn any_text_is_a_template_or_an_error_within_it(text in anything()) {
        match Template::parse(&text) {
            Ok(template) => {
                let _ = template.render(&mut tight_scope());
            }
            Err(error) => {
                let line = usize::try_from(error.position.line).unwrap();
                prop_assert!(line >= 1 && line <= text.split('\n').count());
            }
        }
    }

    #[test]
    fn templates_end_within_their_limits(template in template()) {
        let parsed = Template::parse(&template).map_err(|error| TestCaseError::fail(format!("{template}: {error}")))?;
        if let Ok(output) = parsed.render(&mut tight_scope()) {
            prop_assert!(output.len() <= tight().output);
        }
    }

    #[test]
    fn rendering_twice_gives_the_same(template in template()) {
        let parsed = Template::parse(&template).unwrap();
        prop_assert_eq!(parsed.render(&mut tight_scope()), parsed.render(&mut tight_scope()));
    }

    #[test]
    fn integers_are_reckoned_as_rust_does(left in any::<i64>(), right in any::<i64>()) {
        let (wide, other) = (i128::from(left), i128::from(right));
        let set = |operator: &str| render(&format!("#set($x = {left} {operator} {right})\n$!x"));
        prop_assert_eq!(set("+"), (wide + other).to_string());
        prop_assert_eq!(set("-"), (wide - other).to_string());
        prop_assert_eq!(set("*"), (wide * other).to_string());
        prop_assert_eq!(set("/"), wide.checked_div(other).map_or(String::new(), |result| result.to_string()));
        prop_assert_eq!(set("%"), wide.checked_rem(other).map_or(String::new(), |result| result.to_string()));
        prop_assert_eq!(set("<"), (left < right).to_string());
        prop_assert_eq!(set("=="), (left == right).to_string());
    }

    #[test]
    fn doubles_are_put_out_as_the_digits_that_mean_them(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
        let mut scope = Scope::new(Limits::default(), Undefined::Source);
        scope.set("x", Value::Float(value));
        let output = Template::parse("$x").unwrap().render(&mut scope).unwrap();
        prop_assert_eq!(output.parse::<f64>().unwrap().to_bits(), value.to_bits());
        prop_assert!(output.contains('.'));
    }

    #[test]
    fn json_survives_the_way_in_and_out(text in "[a-z\"\\\\é]{0,6}", number in any::<i64>(), flag in any::<bool>()) {
        let json = serde_json::json!({"text": text, "list": [number, {"flag": flag}, null], "half": 0.5});
        let mut scope = Scope::new(Limits::default(), Undefined::Source);
        let value = scope.heap().value_of(&json, Notation::Json).unwrap();
        prop_assert_eq!(scope.heap().json_of(&value).unwrap(), json.clone());
        scope.set("x", value);
        let list = Template::parse("$x.list").unwrap().render(&mut scope).unwrap();
        prop_assert_eq!(list, json["list"].to_string());
        let x = scope.get("x");
        prop_assert_eq!(scope.heap().json_text(&x).unwrap(), json.to_string());
    }

    #[test]
    fn precedence_is_that_of_brackets(a in 1_i64..9, b in 1_i64..9, c in 1_i64..9) {
        let value = |expression: &str| render(&format!("#set($x = {expression})\n$x"));
        prop_assert_eq!(value(&format!("{a} + {b} * {c}")), value(&format!("{a} + ({b} * {c})")));
        prop_assert_eq!(value(&format!("{a} - {b} - {c}")), value(&format!("({a} - {b}) - {c}")));
        prop_assert_eq!(value(&format!("{a} < {b} || {b} < {c} && {c} < {a}")),
            value(&format!("({a} < {b}) || (({b} < {c}) && ({c} < {a}))")));
    }
}

/// An object as a host may have it.
struct Counter(std::cell::Cell<i128>);

impl Object for Counter {
    fn get(&self, _: &mut Heap<'_>, name: &str) -> Result<Value, Fault> {
        Ok(if name == "count" { Value::Int(self.0.get()) } else { Value::Null })
    }

    fn call(&self, heap: &mut Heap<'_>, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
        match (name, arguments) {
            ("up", [Value::Int(by)]) => {
                self.0.set(self.0.get() + by);
                heap.map([(Key::from("now"), Value::Int(self.0.get()))])
            }
            ("fail", []) => Err(Fault::Object("no".to_owned())),
            _ => Ok(Value::Null),
        }
    }

    fn set(&self, _: &mut Heap<'_>, name: &str, value: &Value) -> Result<(), Fault> {
        if let ("count", Value::Int(count)) = (name, value) {
            self.0.set(*count);
        }
        Ok(())
    }

    fn text(&self) -> String {
        "a counter".to_owned()
    }
}

#[test]
fn objects_of_the_host_are_read_called_and_set() {
    let mut scope = Scope::new(Limits::default(), Undefined::Source);
    scope.set_object("counter", std::rc::Rc::new(Counter(1.into())));
    let mut render = |template: &str| Template::parse(template).unwrap().render(&mut scope);
    assert_eq!(
        render(
            "$counter $counter.count $counter.up(2).now #set($counter.count = 7)$counter['count'] $counter.other()"
        ),
        Ok("a counter 1 37 $counter.other()".to_owned())
    );
    let error = render("ab\n  $counter.fail()").unwrap_err();
    assert_eq!(error.to_string(), "line 2, column 3: no");
}

/// As captured of json-smart 2.2: what `JSONArray.toString` writes, and `toJSONString` in the style of Jayway's JsonPath.
#[test]
fn json_is_written_as_json_smart_does() {
    let json = serde_json::json!(["http://x/y é\u{1}\u{7f}\u{2028}<'\"", 1e20, null]);
    let mut scope = Scope::new(Limits::default(), Undefined::Source);
    let value = scope.heap().value_of(&json, Notation::Json).unwrap();
    assert_eq!(
        scope.heap().text(&value).unwrap(),
        r#"["http:\/\/x\/y é\u0001\u007F\u2028<'\"",1.0E20,null]"#
    );
    assert_eq!(
        scope.heap().json_text(&value).unwrap(),
        r#"["http://x/y é\u0001\u007F\u2028<'\"",1.0E20,null]"#
    );
}

#[test]
fn a_template_may_be_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Template>();
}

#[test]
fn errors_say_where_and_what_was_expected() {
    for (template, error) in [
        ("a\n #if(true) b", "line 2, column 2: the #if has no #end"),
        ("#end", "line 1, column 1: #end ends nothing"),
        (
            "#set($x = )",
            "line 1, column 11: expected a string, a number, a list, a map, true, false or a reference, found ')'",
        ),
        ("#set($x 1)", "line 1, column 9: expected `=`, found '1'"),
        (
            "#set($x = 3 -1)",
            "line 1, column 13: expected a space behind the minus, without which it is the number's sign",
        ),
        ("${x", "line 1, column 4: expected `}` at the end of the reference, found the end"),
        ("é$x[a]", "line 1, column 5: expected a string, an integer or a reference as index, found 'a'"),
        ("#foreach($i of $x)#end", "line 1, column 13: expected `in`, found 'o'"),
        ("#set($x = \"a", "line 1, column 11: the string has no closing \""),
        (
            "#set($x = \"\n$y[\")",
            "line 2, column 4: expected a string, an integer or a reference as index, found the end",
        ),
        ("#macro(m)#end", "line 1, column 1: API Gateway does not have the directive #macro"),
        ("#if(true)#foreach($i in $x)#else#end", "line 1, column 33: #else stands in the block of #foreach"),
    ] {
        assert_eq!(Template::parse(template).unwrap_err().to_string(), error, "{template}");
    }
}

#[test]
fn faults_say_where_and_why() {
    for (template, error) in [
        ("\n$list.get(5)", "line 2, column 1: index 5 is out of bounds for length 3"),
        ("$list[7]", "line 1, column 1: index 7 is out of bounds for length 3"),
        ("#set($x = 1)$x.parseInt('a')", "line 1, column 13: \"a\" is no number"),
        ("$text.replaceAll('[', '')", "line 1, column 1: the pattern \"[\" cannot be used: "),
        ("$text.replaceAll('a', '$3')", "line 1, column 1: \"$3\" is no replacement for this pattern"),
        (
            "#foreach($i in $list)$list.add(1)#end",
            "line 1, column 1: the collection was modified while #foreach went over it",
        ),
        (
            "#set($m = {[1]: 2})",
            "line 1, column 11: only strings, numbers, booleans and null are keys of a map",
        ),
    ] {
        let found = Template::parse(template).unwrap().render(&mut tight_scope()).unwrap_err().to_string();
        assert!(found.starts_with(error), "{template}: {found}");
    }
}
