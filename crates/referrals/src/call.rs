//! One call: its ids, and what is known of its answer.

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::HeaderMap;
use referrals_client::{Answer, Exchange, ExchangeFuture, Failure, Operation, Transport};
use reqwest::Request;
use uuid::Uuid;

use crate::client::Shared;

/// The ids of a call: what to quote when asking Microsoft's support about it.
///
/// Documentation: "Partner Center REST headers".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallIds {
    /// `MS-RequestId` as it was sent.
    pub request_id: Uuid,
    /// `MS-CorrelationId` as it was sent.
    pub correlation_id: Uuid,
    /// The ids that the answer carried under any known header, where they
    /// differ from those that were sent.
    pub from_service: Vec<(&'static str, String)>,
}

/// Headers in which a layer of the service reports the id of a call.
const ID_HEADERS: [&str; 4] = [
    "MS-RequestId",
    "MS-CorrelationId",
    "request-id",
    "client-request-id",
];

impl fmt::Display for CallIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "MS-RequestId {}, MS-CorrelationId {}",
            self.request_id, self.correlation_id
        )?;
        for (name, value) in &self.from_service {
            write!(f, ", {name} of the answer {value}")?;
        }
        Ok(())
    }
}

/// A call on its way. The exchange of one generated operation.
#[derive(Debug)]
pub(crate) struct Call {
    shared: Arc<Shared>,
    request_id: Uuid,
    correlation_id: Uuid,
    answer: OnceLock<Answer>,
}

impl Call {
    pub(crate) fn new(shared: &Arc<Shared>) -> Arc<Self> {
        Arc::new(Self {
            shared: shared.clone(),
            request_id: (shared.new_id)(),
            correlation_id: (shared.new_id)(),
            answer: OnceLock::new(),
        })
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn transport(self: &Arc<Self>) -> Transport {
        Transport::new(OnCall(self.clone()))
    }

    pub(crate) fn request_id(&self) -> Uuid {
        self.request_id
    }

    pub(crate) fn correlation_id(&self) -> Uuid {
        self.correlation_id
    }

    /// Status and headers of the answer, if one arrived, whether or not its
    /// body could be read.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        self.answer.get()
    }

    pub(crate) fn ids(&self) -> CallIds {
        let sent = [self.request_id, self.correlation_id].map(|id| id.to_string());
        let from_service = match self.answer() {
            Some(answer) => ID_HEADERS
                .iter()
                .filter_map(|name| {
                    let id = printable(&answer.headers, name)?;
                    Some((*name, self.shared.token.scrub(&id)))
                })
                .filter(|(_, value)| !sent.iter().any(|id| id.eq_ignore_ascii_case(value)))
                .collect(),
            None => Vec::new(),
        };
        CallIds {
            request_id: self.request_id,
            correlation_id: self.correlation_id,
            from_service,
        }
    }
}

/// A header's value when it looks like an id and not like anything else.
fn printable(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "-_.:{}".contains(letter);
    (value.len() <= 64 && !value.is_empty() && value.chars().all(harmless))
        .then(|| value.to_owned())
}

#[derive(Debug)]
struct OnCall(Arc<Call>);

impl Exchange for OnCall {
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        mut request: Request,
        _operation: Operation,
    ) -> ExchangeFuture<'a> {
        Box::pin(async move {
            self.0.shared.bearer.authorize(&mut request)?;
            let response = http.execute(request).await.map_err(Failure::new)?;
            // One request a call: the answer is recorded once.
            let _ = self.0.answer.set(Answer::of(&response));
            Ok(response)
        })
    }
}
