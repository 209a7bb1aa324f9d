//! Templates that would take more than there is, and what stops each.

#![expect(clippy::unwrap_used, reason = "a test may fail by it")]

use stagecheck_velocity::{Fault, Limits, Scope, Template, Undefined};

fn render(template: &str) -> Result<String, Fault> {
    render_within(limits(), template)
}

fn render_within(limits: Limits, template: &str) -> Result<String, Fault> {
    let template = Template::parse(template).unwrap();
    template.render(&mut Scope::new(limits, Undefined::Source)).map_err(|error| error.fault)
}

/// The defaults but for the steps, a tenth of which takes less time where nothing is optimized.
fn limits() -> Limits {
    Limits { steps: 1_000_000, memory: 64 << 20, ..Limits::default() }
}

/// A template that does this a million times.
fn often(body: &str) -> String {
    format!("#foreach($i in [1..1000])#foreach($j in [1..1000]){body}#end#end")
}

#[test]
fn strings_that_double() {
    let template = format!("#set($s = 'ab'){}", often("#set($s = $s + $s)"));
    assert!(matches!(render(&template), Err(Fault::Memory(_) | Fault::Steps(_))));
    let small = Limits { memory: 10_000, ..limits() };
    assert_eq!(render_within(small, &template), Err(Fault::Memory(10_000)));
    let template = format!("#set($s = 'ab'){}", often("#set($s = \"$s$s\")"));
    assert!(matches!(render(&template), Err(Fault::Memory(_) | Fault::Output(_) | Fault::Steps(_))));
    let template = format!("#set($s = 'ab'){}", often("#set($s = $s.replace('a', $s))"));
    assert!(matches!(render(&template), Err(Fault::Memory(_) | Fault::Steps(_))));
    let template = format!("#set($s = 'aaaa'){}", often("#set($s = $s.replaceAll('a', $s))"));
    assert!(matches!(render(&template), Err(Fault::Memory(_) | Fault::Steps(_))));
    let template = format!("#set($s = '{}'){}", "a".repeat(1_000), often("#set($s = $s.concat($s))"));
    assert!(matches!(render(&template), Err(Fault::Memory(_) | Fault::Steps(_))));
}

#[test]
fn lists_that_double() {
    let template = format!("#set($l = [1, 2]){}", often("#set($ok = $l.addAll($l))"));
    assert!(matches!(render(&template), Err(Fault::Memory(_) | Fault::Steps(_))));
    let template = format!("#set($l = [1]){}", often("#set($l = [$l, $l])"));
    assert!(
        render(&template).is_ok() || matches!(render(&template), Err(Fault::Steps(_) | Fault::Memory(_)))
    );
    // A thousand lists, two to the thousandth when they are written out.
    let template = "#set($l = [1])#foreach($i in [1..150])#set($l = [$l, $l])#end$l";
    assert!(matches!(render(template), Err(Fault::Memory(_) | Fault::Steps(_) | Fault::Output(_))));
    let template = "#set($l = [1])#set($m = [1])#foreach($i in [1..150])#set($l = [$l, $l])#set($m = [$m, $m])#end\
                    #if($l == $m)x#end";
    assert!(matches!(render(template), Err(Fault::Steps(_))));
    assert!(matches!(render("#set($x = [1..2000000000])"), Err(Fault::Steps(_))));
    assert!(matches!(
        render("#set($x = [-99999999999999999999999..99999999999999999999999])"),
        Err(Fault::Steps(_))
    ));
}

#[test]
fn values_that_contain_themselves() {
    assert_eq!(render("#set($l = [1])#set($ok = $l.add($l))$l"), Ok("[1, (this Collection)]".to_owned()));
    assert_eq!(render("#set($m = {})#set($m.m = $m)$m"), Ok("{m=(this Map)}".to_owned()));
    let cycle = "#set($a = [])#set($b = [$a])#set($ok = $a.add($b))";
    assert_eq!(render(&format!("{cycle}$a")), Err(Fault::Depth(limits().depth)));
    let other = "#set($c = [])#set($d = [$c])#set($ok = $c.add($d))";
    assert_eq!(render(&format!("{cycle}{other}#if($a == $c)x#end")), Err(Fault::Depth(limits().depth)));
    assert_eq!(render(&format!("{cycle}#if($a == 'x')x#end")), Err(Fault::Depth(limits().depth)));
}

#[test]
fn values_nested_deeply() {
    let deep = "#set($l = [])#foreach($i in [1..1000])#foreach($j in [1..100])#set($l = [$l])#{end}#{end}";
    assert_eq!(render(&format!("{deep}done")), Ok("done".to_owned()));
    assert_eq!(render(&format!("{deep}$l")), Err(Fault::Depth(limits().depth)));
}

#[test]
fn blocks_that_render_themselves() {
    assert_eq!(render("#define($d)a$d#end$d"), Ok("aa$d".to_owned()));
    // As many as it takes to come back to each other only after many.
    let blocks: String =
        (0..1_000).map(|index| format!("#define($d{index})$d{}#end", (index + 1) % 1_000)).collect();
    assert_eq!(render(&format!("{blocks}$d0")), Err(Fault::Depth(limits().depth)));
    let all: String = (0..20).map(|index| format!("$d{index}")).collect();
    let blocks: String = (0..20).map(|index| format!("#define($d{index}){all}#end")).collect();
    assert!(matches!(
        render(&format!("{blocks}{all}")),
        Err(Fault::Steps(_) | Fault::Output(_) | Fault::Memory(_))
    ));
}

/// As deep as the limits allow, on the stack of a test's thread and without optimization.
#[test]
fn everything_in_everything() {
    for (open, close) in [("[", "]"), ("(1 + ", ")"), ("!(true && ", ")"), ("{1: ", "}"), ("$x.get(", ")")] {
        let blocks: String = (0..20)
            .map(|index| {
                let inner = if open == "$x.get(" {
                    format!("$d{}", index + 1)
                } else {
                    format!("\"#if(true)$d{}#end\"", index + 1)
                };
                let value = format!("{}{inner}{}", open.repeat(45), close.repeat(45));
                format!("#define($d{index})#set($x = {{}})#set($x = {value})$x#end")
            })
            .collect();
        let _ = render(&format!("#set($x = {{}}){blocks}$d0"));
    }
    let (ifs, ends) = ("#if(true)".repeat(90), "#end".repeat(90));
    let blocks: String =
        (0..20).map(|index| format!("#define($d{index}){ifs}$d{}{ends}#end", index + 1)).collect();
    assert_eq!(render(&format!("{blocks}$d0")), Err(Fault::Depth(limits().depth)));
}

#[test]
fn loops_in_loops() {
    let small = Limits { steps: 100_000, ..limits() };
    assert_eq!(render_within(small, &often("")), Err(Fault::Steps(100_000)));
    let template = often("0123456789");
    assert_eq!(render_within(Limits { output: 1_000, ..limits() }, &template), Err(Fault::Output(1_000)));
    assert!(matches!(render(&template), Err(Fault::Steps(_))));
}

#[test]
fn a_loop_ends_at_its_quota() {
    assert_eq!(render("#foreach($i in [1..5000])x#end").unwrap().len(), 1_000);
    let rounds = render("#foreach($i in [1..1001])#set($last = $i)#end$last");
    assert_eq!(rounds, Ok("1000".to_owned()));
}

#[test]
fn patterns_that_go_back() {
    let text = "a".repeat(100);
    let same = format!("#set($s = '{text}b')$s.matches('(a+)+$')");
    assert_eq!(render(&same), Ok("false".to_owned()));
    for pattern in ["(?=(a+)+$)x", "(a*)*\\1c", "(?<!b)(a|aa)+(?!a)c", "(a+)+\\1\\1c"] {
        let few = Limits { steps: 200_000, ..limits() };
        let result =
            render_within(few, &often(&format!("#set($s = '{text}b')#set($x = $s.matches('{pattern}'))")));
        assert!(matches!(result, Err(Fault::Pattern { .. } | Fault::Steps(_))), "{pattern}: {result:?}");
    }
    let long = format!("#set($s = '{}')", "A".repeat(100_000));
    let result = render(&format!("{long}$s.replaceAll('.*[^A-Z]|[A-Z]', 'b').length()"));
    assert!(matches!(result, Err(Fault::Steps(_))), "{result:?}");
}

#[test]
fn patterns_that_are_large() {
    for pattern in
        [".{1000}{1000}", "((a{100}){100}){100}", "\\p{L}{5000}", &"(".repeat(5_000), &"a|".repeat(40_000)]
    {
        let result = render(&format!("#set($s = 'a')$s.matches('{pattern}')"));
        assert!(matches!(result, Err(Fault::Pattern { .. })), "{pattern:.20}: {result:?}");
    }
    let result = render(&often("#set($p = \"a$i-$j\")$p.matches($p)"));
    assert!(matches!(result, Err(Fault::Steps(_) | Fault::Memory(_))), "{result:?}");
}

#[test]
fn numbers_that_grow() {
    let template = format!("#set($n = 3){}", often("#set($n = $n * $n)"));
    assert_eq!(render(&template), Err(Fault::Overflow));
    assert_eq!(render("#set($n = -170141183460469231731687303715884105728 / -1)"), Err(Fault::Overflow));
    assert!(Template::parse("#set($n = 999999999999999999999999999999999999999999)").is_err());
    assert_eq!(render("#set($n = 1e999)$n #set($n = -1e999)$n"), Ok("Infinity-Infinity".to_owned()));
}

#[test]
fn indexes_out_of_all_bounds() {
    let far = i128::MAX;
    for call in [
        format!("$s.substring({far})"),
        "$s.substring(2, 1)".to_owned(),
        "$s.charAt(-1)".to_owned(),
        format!("$l.get({far})"),
        format!("$l.add({far}, 1)"),
        "$l.remove(-1)".to_owned(),
        format!("$l.subList(1, {far})"),
        format!("$l[-{far}]"),
        format!("#set($l[{far}] = 1)"),
    ] {
        let result = render(&format!("#set($s = 'é𝄞')#set($l = [1]){call}"));
        assert!(matches!(result, Err(Fault::OutOfBounds { .. })), "{call}: {result:?}");
    }
    assert_eq!(
        render("#set($s = 'a𝄞b')$s.length() $s.substring(1, 2) $s.indexOf('b') $s.charAt(3)"),
        Ok("4 ? 3 b".to_owned())
    );
}

#[test]
fn templates_nested_deeply() {
    for (open, close) in [
        ("#if(true)", "#end"),
        ("#foreach($i in $x)", "#end"),
        ("#set($x = (", "))"),
        ("#set($x = [", "])"),
        ("$x[", "]"),
        ("$x.y(", ")"),
        ("#set($x = {1:", "})"),
    ] {
        let inner = open.trim_start_matches("#set($x = ");
        let template = format!("{open}{}1{close}", inner.repeat(100_000));
        assert!(Template::parse(&template).is_err(), "{open}");
    }
    for template in
        ["#set($x = !".to_owned() + &"!".repeat(100_000), "#set($x = ".to_owned() + &"not ".repeat(100_000)]
    {
        assert!(Template::parse(&template).is_err());
    }
}

/// What might be read anew at each level, and take twice as long each time.
#[test]
fn templates_with_many_ways_to_read_them() {
    for open in ["[$x.m(", "[[", "{$x:[", "$x[$x.m(", "[1,$x.m("] {
        assert!(Template::parse(&format!("#set($x = {}", open.repeat(45))).is_err(), "{open}");
    }
}

#[test]
fn templates_that_are_long() {
    let sum = format!("#set($x = 0{})$x", " + 1".repeat(100_000));
    assert_eq!(render(&sum), Ok("100000".to_owned()));
    let alternating = format!("#set($x = 0{})$x", " + 1 * 1".repeat(50_000));
    assert_eq!(render(&alternating), Ok("50000".to_owned()));
    let branches = format!("#if(false){}#end", "#elseif(false)".repeat(100_000));
    assert_eq!(render(&branches), Ok(String::new()));
    let steps = format!("$x{}", ".y".repeat(100_000));
    assert_eq!(render(&steps), Ok(steps));
    let references = "$a $b\n".repeat(50_000);
    assert_eq!(render(&references), Ok(references));
    let hashes = "#a ".repeat(100_000);
    assert_eq!(render(&hashes), Ok(hashes));
}
