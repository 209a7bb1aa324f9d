//! From method and path to a restJson operation.

use std::borrow::Cow;
use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use stagecheck_models::{Operation, Segment, Service};

use super::{Form, Malformed};

/// The operations of one or more restJson services by their paths.
#[derive(Debug, Default)]
pub struct Router {
    root: Node,
}

/// One place in the tree of paths.
#[derive(Debug, Default)]
struct Node {
    literals: HashMap<&'static str, Node>,
    label: Option<Box<Node>>,
    operations: Vec<&'static Operation>,
    /// Operations that take all that remains of the path.
    greedy: Vec<&'static Operation>,
}

/// An operation, and the labels of the path that led to it, decoded.
#[derive(Clone, Debug)]
pub struct Route<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// Labels by their names in the model.
    pub labels: Vec<(&'static str, Cow<'a, str>)>,
}

impl Router {
    /// The operations of these services, whose paths must differ.
    #[must_use]
    pub fn new(services: &[&'static Service]) -> Self {
        let mut router = Self::default();
        for service in services {
            for operation in service.operations {
                router.add(operation);
            }
        }
        router
    }

    fn add(&mut self, operation: &'static Operation) {
        let mut node = &mut self.root;
        for segment in operation.path {
            node = match segment {
                Segment::Literal(text) => node.literals.entry(text).or_default(),
                Segment::Label(_) => node.label.get_or_insert_default(),
                Segment::Greedy(_) => return node.greedy.push(operation),
            };
        }
        node.operations.push(operation);
    }

    /// The operation of a request. Where a literal and a label both lead on, the literal is tried first.
    ///
    /// # Errors
    ///
    /// [`Malformed`] when a label is not UTF-8 once decoded. `Ok(None)` when there is no such operation.
    pub fn route<'a>(
        &self,
        method: &str,
        path: &'a str,
        query: &Form<'_>,
    ) -> Result<Option<Route<'a>>, Malformed> {
        // Split before decoding: an encoded slash belongs to its segment.
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let Some(operation) = find(&self.root, &segments, method, query) else { return Ok(None) };
        let mut labels = Vec::new();
        for (position, segment) in operation.path.iter().enumerate() {
            match segment {
                Segment::Literal(_) => {}
                Segment::Label(name) => labels.push((*name, decode(segments[position])?)),
                Segment::Greedy(name) => {
                    labels.push((*name, decode(after(path, position))?));
                }
            }
        }
        Ok(Some(Route { operation, labels }))
    }
}

/// What follows so many segments of a path and the slash behind them, with all the slashes of its own.
fn after(path: &str, segments: usize) -> &str {
    (0..segments).fold(path.strip_prefix('/').unwrap_or(path), |rest, _| {
        rest.trim_start_matches('/').split_once('/').map_or("", |(_, rest)| rest)
    })
}

fn find(node: &Node, segments: &[&str], method: &str, query: &Form<'_>) -> Option<&'static Operation> {
    let Some((first, rest)) = segments.split_first() else {
        return choose(&node.operations, method, query);
    };
    let literal = node.literals.get(first).and_then(|next| find(next, rest, method, query));
    literal
        .or_else(|| node.label.as_deref().and_then(|next| find(next, rest, method, query)))
        .or_else(|| choose(&node.greedy, method, query))
}

/// Of the operations at one path, the one with the method and the most fixed query parameters, all of them given.
fn choose(operations: &[&'static Operation], method: &str, query: &Form<'_>) -> Option<&'static Operation> {
    operations
        .iter()
        .copied()
        .filter(|operation| operation.method == method)
        .filter(|operation| {
            operation.query.iter().all(|(name, value)| query.get(name).is_some_and(|given| given == value))
        })
        .max_by_key(|operation| operation.query.len())
}

fn decode(segment: &str) -> Result<Cow<'_, str>, Malformed> {
    percent_decode_str(segment)
        .decode_utf8()
        .map_err(|_| Malformed::new(format!("{segment:?} is not UTF-8 once decoded")))
}

#[cfg(test)]
mod tests {
    use stagecheck_models::{apigateway, apigatewayv2};

    use super::*;

    fn routed<'a>(method: &str, path: &'a str, query: &str) -> Option<(&'static str, Vec<Cow<'a, str>>)> {
        let router = Router::new(&[&apigateway::SERVICE, &apigatewayv2::SERVICE]);
        let route = router.route(method, path, &Form::parse(query).unwrap()).unwrap()?;
        Some((route.operation.name, route.labels.into_iter().map(|(_, label)| label).collect()))
    }

    #[test]
    fn every_operation_is_reached_by_its_own_path() {
        let router = Router::new(&[&apigateway::SERVICE, &apigatewayv2::SERVICE]);
        for service in [&apigateway::SERVICE, &apigatewayv2::SERVICE] {
            for operation in service.operations {
                let path: Vec<&str> = operation
                    .path
                    .iter()
                    .map(|segment| match segment {
                        Segment::Literal(text) => text,
                        Segment::Label(_) | Segment::Greedy(_) => "x",
                    })
                    .collect();
                let query: Vec<String> =
                    operation.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let (path, query) = (format!("/{}", path.join("/")), query.join("&"));
                let route = router.route(operation.method, &path, &Form::parse(&query).unwrap()).unwrap();
                assert_eq!(route.unwrap().operation, *operation, "{} {path}", operation.method);
            }
        }
    }

    #[test]
    fn labels_are_split_before_they_are_decoded() {
        let (name, labels) = routed("GET", "/restapis/abc/stages/a%2Fb", "").unwrap();
        assert_eq!((name, labels), ("GetStage", vec!["abc".into(), "a/b".into()]));
    }

    #[test]
    fn greedy_labels_keep_their_slashes() {
        for (path, segments, rest) in [
            ("/a/b", 0, "a/b"),
            ("/a/b/c", 1, "b/c"),
            ("//a/b//c/", 2, "/c/"),
            ("/a//b", 1, "/b"),
            ("/a", 1, ""),
        ] {
            assert_eq!(after(path, segments), rest, "{path}");
        }
    }

    #[test]
    fn fixed_query_parameters_tell_operations_apart() {
        assert_eq!(routed("POST", "/restapis", "").unwrap().0, "CreateRestApi");
        assert_eq!(routed("POST", "/restapis", "mode=import").unwrap().0, "ImportRestApi");
        assert_eq!(routed("PATCH", "/restapis", ""), None);
        assert_eq!(routed("GET", "/nowhere", ""), None);
    }
}
