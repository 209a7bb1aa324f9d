//! What a request, or a message, is answered and leaves in the logs where nothing is broken.
//!
//! Texts and order as captured: of REST APIs without an endpoint, and of WebSocket APIs with a function.

use crate::stages::{Log, Type};

/// What the client gets.
pub(crate) const fn answer(kind: Type) -> &'static str {
    match kind {
        Type::Rest => "200 ",
        Type::WebSocket => "{\"made\": true}",
        Type::Http => "201 {\"made\": true}",
    }
}

/// The lines, with names in the place of ids.
pub(crate) const fn lines(kind: Type, log: Log) -> &'static [&'static str] {
    match (kind, log) {
        (Type::Rest, Log::Execution) => &[
            "({id}) Extended Request Id: {extended id}",
            "({id}) Verifying Usage Plan for request: {id}. API Key:  API Stage: {api}/prod",
            "({id}) API Key  authorized because method 'GET /pets' does not require API Key. Request will not contribute to \
             throttle or quota limits",
            "({id}) Usage Plan check succeeded for API Key  and API Stage {api}/prod",
            "({id}) Starting execution for request: {id}",
            "({id}) HTTP Method: GET, Resource Path: /pets",
            "({id}) Successfully completed execution",
            "({id}) Method completed with status: 200",
        ],
        (Type::Rest, Log::Access) => &["{id} /pets 200"],
        (Type::WebSocket, Log::Execution) => &[
            "({extended id}) Extended Request Id: {extended id}",
            "({extended id}) Verifying Usage Plan for request: {extended id}. API Key:  API Stage: {api}/prod",
            "({extended id}) API Key  authorized because route '$default' does not require API Key. Request will not \
             contribute to throttle or quota limits",
            "({extended id}) Usage Plan check succeeded for API Key  and API Stage {api}/prod",
            "({extended id}) Starting execution for request: {extended id}",
            "({extended id}) WebSocket Request Route: [$default]",
            "({extended id}) WebSocket API [{api}] received message from client [Connection Id: {extended id}].",
            "({extended id}) AWS Integration Endpoint RequestId : {id}",
            "({extended id}) Message from client [Connection Id: {extended id}] sent to API [{api}] with response status \
             code [201].",
        ],
        (Type::WebSocket, Log::Access) => &["{extended id} MESSAGE $default 201"],
        (Type::Http, Log::Access) => &["{extended id} GET /pets 201"],
        // HTTP APIs have none.
        (Type::Http, Log::Execution) => &[],
    }
}
