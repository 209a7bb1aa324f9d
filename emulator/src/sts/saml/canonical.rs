//! The canonical form of an element, which is what its signature is of.
//!
//! Source: W3C, "Exclusive XML Canonicalization 1.0".

use std::collections::BTreeMap;

use roxmltree::{Attribute, Node, NodeId, NodeType};

/// How to write an element.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form<'a> {
    /// An element below it that is left out: the signature itself.
    pub(super) without: Option<NodeId>,
    /// Prefixes that are declared whether they are used or not; `#default` is that of names without one.
    pub(super) inclusive_prefixes: &'a [&'a str],
    pub(super) with_comments: bool,
}

impl Form<'_> {
    /// The element in canonical form. It goes as deep as the element, which must not be too deep.
    pub(super) fn of(self, element: Node<'_, '_>) -> String {
        let mut out = String::new();
        self.write(element, &BTreeMap::new(), &mut out);
        out
    }

    fn write<'a>(self, node: Node<'a, '_>, declared: &BTreeMap<&'a str, &'a str>, out: &mut String) {
        match node.node_type() {
            NodeType::Element if Some(node.id()) != self.without => self.write_element(node, declared, out),
            NodeType::Text => escape_text(node.text().unwrap_or_default(), out),
            NodeType::Comment if self.with_comments => {
                out.extend(["<!--", node.text().unwrap_or_default(), "-->"]);
            }
            NodeType::PI => {
                let Some(instruction) = node.pi() else { return };
                out.extend(["<?", instruction.target]);
                if let Some(value) = instruction.value {
                    out.extend([" ", value]);
                }
                out.push_str("?>");
            }
            NodeType::Root | NodeType::Element | NodeType::Comment => {}
        }
    }

    fn write_element<'a>(
        self,
        element: Node<'a, '_>,
        declared: &BTreeMap<&'a str, &'a str>,
        out: &mut String,
    ) {
        let name = qualified_name(element);
        let mut declared = declared.clone();
        out.extend(["<", name]);
        for (prefix, uri) in self.namespaces(element) {
            // That names without a prefix have no namespace goes without saying.
            if declared.get(prefix).copied().unwrap_or_default() == uri {
                continue;
            }
            declared.insert(prefix, uri);
            if prefix.is_empty() {
                out.push_str(" xmlns=\"");
            } else {
                out.extend([" xmlns:", prefix, "=\""]);
            }
            escape_value(uri, out);
            out.push('"');
        }
        let mut attributes: Vec<Attribute<'_, '_>> = element.attributes().collect();
        attributes.sort_by_key(|each| (each.namespace().unwrap_or_default(), each.name()));
        for attribute in attributes {
            out.extend([" ", attribute_name(element, attribute), "=\""]);
            escape_value(attribute.value(), out);
            out.push('"');
        }
        out.push('>');
        for child in element.children() {
            self.write(child, &declared, out);
        }
        out.extend(["</", name, ">"]);
    }

    /// The namespaces that the element itself uses, with those that are asked for, by their prefixes.
    fn namespaces<'a>(self, element: Node<'a, '_>) -> BTreeMap<&'a str, &'a str> {
        let mut used = BTreeMap::new();
        used.insert(prefix(qualified_name(element)), element.tag_name().namespace().unwrap_or_default());
        for attribute in element.attributes() {
            // `xml` is declared nowhere, and attributes without a prefix have no namespace.
            let prefix = prefix(attribute_name(element, attribute));
            if !prefix.is_empty() && prefix != "xml" {
                used.insert(prefix, attribute.namespace().unwrap_or_default());
            }
        }
        for namespace in element.namespaces() {
            let prefix = namespace.name().unwrap_or_default();
            let asked = if prefix.is_empty() { "#default" } else { prefix };
            if prefix != "xml" && self.inclusive_prefixes.contains(&asked) {
                used.entry(prefix).or_insert(namespace.uri());
            }
        }
        used
    }
}

/// The name as it is written, which the parser does not keep.
fn qualified_name<'a>(element: Node<'a, '_>) -> &'a str {
    let text = element.document().input_text();
    let written = text.get(element.range().start + 1..).unwrap_or_default();
    written
        .split(|letter: char| letter.is_ascii_whitespace() || "/>".contains(letter))
        .next()
        .unwrap_or_default()
}

fn attribute_name<'a>(element: Node<'a, '_>, attribute: Attribute<'a, '_>) -> &'a str {
    let text = element.document().input_text();
    let written = text.get(attribute.range().start..).unwrap_or_default();
    written.split(|letter: char| letter.is_ascii_whitespace() || letter == '=').next().unwrap_or_default()
}

fn prefix(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

fn escape_text(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}

fn escape_value(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;

    fn canonical(xml: &str, name: &str, form: Form<'_>) -> String {
        let document = Document::parse(xml).unwrap();
        let element = document.descendants().find(|node| node.tag_name().name() == name).unwrap();
        form.of(element)
    }

    #[test]
    fn names_and_values_are_written_one_way() {
        let xml = "<?xml version='1.0'?>\n<a:r  xmlns:b='urn:b' xmlns:a=\"urn:a\" z='1'\n b:y = '&lt;\"&#9;>' a='&#xD;' xml:lang='en'\
                   ><e/><!-- c -->x &amp; y &gt; &#xD;<![CDATA[<z>]]><?do  it?></a:r >";
        let expected = "<a:r xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" a=\"&#xD;\" z=\"1\" xml:lang=\"en\" \
                        b:y=\"&lt;&quot;&#x9;>\"><e></e>x &amp; y &gt; &#xD;&lt;z&gt;<?do it?></a:r>";
        assert_eq!(canonical(xml, "r", Form::default()), expected);
        let with_comments = Form { with_comments: true, ..Form::default() };
        assert!(canonical(xml, "r", with_comments).contains("<!-- c -->"));
    }

    #[test]
    fn only_namespaces_that_are_used_are_declared_and_once() {
        let xml = "<r xmlns='urn:d' xmlns:a='urn:a' xmlns:unused='urn:u'><a:e a:x='1'><a:f/><g><h xmlns=''/></g></a:e></r>";
        assert_eq!(
            canonical(xml, "e", Form::default()),
            "<a:e xmlns:a=\"urn:a\" a:x=\"1\"><a:f></a:f><g xmlns=\"urn:d\"><h xmlns=\"\"></h></g></a:e>"
        );
        let form = Form { inclusive_prefixes: &["unused", "#default"], ..Form::default() };
        assert_eq!(
            canonical(xml, "f", form),
            "<a:f xmlns=\"urn:d\" xmlns:a=\"urn:a\" xmlns:unused=\"urn:u\"></a:f>"
        );
    }

    /// The example of the specification, section 2.2: what surrounds an element makes no difference.
    #[test]
    fn an_element_is_the_same_wherever_it_stands() {
        let inside = "<n1:elem2 xmlns:n1='http://example.net' xml:lang='en'><n3:stuff xmlns:n3='ftp://example.org'/></n1:elem2>";
        let first = format!("<n0:local xmlns:n0='foo:bar' xmlns:n3='ftp://example.org'>{inside}</n0:local>");
        let second = format!(
            "<n2:pdu xmlns:n1='http://example.com' xmlns:n2='http://foo.example' xml:space='retain'>{inside}</n2:pdu>"
        );
        let expected = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\
                        <n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>";
        for xml in [first, second] {
            assert_eq!(canonical(&xml, "elem2", Form::default()), expected);
        }
    }

    #[test]
    fn the_signature_is_left_out() {
        let xml = "<r>a<s>b</s>c</r>";
        let document = Document::parse(xml).unwrap();
        let signature = document.descendants().find(|node| node.has_tag_name("s")).unwrap();
        let form = Form { without: Some(signature.id()), ..Form::default() };
        assert_eq!(form.of(document.root_element()), "<r>ac</r>");
    }
}
