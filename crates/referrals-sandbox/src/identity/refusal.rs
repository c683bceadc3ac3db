//! Refusals, as Microsoft Entra ID words them.

use axum::body::Body;
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::Identity;
use crate::problem;

/// Why there is no token.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    /// OAuth's code.
    pub(super) error: &'static str,
    number: u32,
    message: String,
}

impl Refusal {
    pub(super) fn new(error: &'static str, number: u32, message: impl Into<String>) -> Self {
        Self {
            status: match error {
                "invalid_client" => StatusCode::UNAUTHORIZED,
                _ => StatusCode::BAD_REQUEST,
            },
            error,
            number,
            message: message.into(),
        }
    }

    pub(super) fn invalid_request(number: u32, message: impl Into<String>) -> Self {
        Self::new("invalid_request", number, message)
    }

    pub(super) fn invalid_grant(number: u32, message: impl Into<String>) -> Self {
        Self::new("invalid_grant", number, message)
    }

    /// There is enough of it under way already.
    pub(super) fn too_many() -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            ..Self::new(
                "temporarily_unavailable",
                90033,
                "There are too many sign-ins under way.",
            )
        }
    }

    pub(super) fn text(&self) -> String {
        format!("AADSTS{}: {}", self.number, self.message)
    }

    pub(super) fn respond(self, identity: &Identity) -> Response {
        let [trace, correlation] = [Uuid::new_v4(), Uuid::new_v4()];
        let time = DateTime::<Utc>::from(identity.now()).format("%Y-%m-%d %H:%M:%SZ");
        let body = json!({
            "error": self.error,
            "error_description": format!(
                "{} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}",
                self.text()
            ),
            "error_codes": [self.number],
            "timestamp": time.to_string(),
            "trace_id": trace,
            "correlation_id": correlation,
        });
        problem::json(self.status, Body::from(body.to_string()))
    }
}
