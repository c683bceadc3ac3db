//! What a call tells those who listen with `tracing`: enough to follow it, and
//! nothing that must not be logged.
//!
//! A process of its own: `tracing` decides once for all threads who listens to a
//! place in the code, and threads that do not listen would take part in that.

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract_tests::{RawServer, answer, ok};
use referrals::{Referrals, RetryPolicy, Uuid};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down everything it hears.
#[derive(Clone, Default)]
struct Listener {
    heard: Arc<Mutex<String>>,
    spans: Arc<AtomicU64>,
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // How long it took differs.
        let value = match field.name() {
            "elapsed" => "[elapsed]".to_owned(),
            _ => format!("{value:?}"),
        };
        let _ = write!(self.0, " {}={value}", field.name());
    }
}

impl Listener {
    fn hear(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields<'_>)) {
        // Of others, such as the HTTP library, we can promise nothing.
        if metadata.target().starts_with("referrals") {
            let mut heard = self.heard.lock().expect("no panic");
            let kind = if metadata.is_span() { "span" } else { "event" };
            let _ = write!(heard, "{kind} {}", metadata.level());
            record(&mut Fields(&mut heard));
            heard.push('\n');
        }
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.hear(span.metadata(), |fields| span.record(fields));
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn event(&self, event: &Event<'_>) {
        self.hear(event.metadata(), |fields| event.record(fields));
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_call_can_be_followed_and_shows_no_data() {
    let listener = Listener::default();
    let _guard = tracing::subscriber::set_default(listener.clone());
    let record = r#"{"value":[{"id":"1","name":"Secret of Contoso"}]}"#;
    let server = RawServer::answering_in_turn(vec![
        answer("503 Busy", &[], "Secret of Contoso"),
        Vec::new(),
        ok(record),
    ]);
    let instant = RetryPolicy::default().waits(Duration::ZERO, Duration::ZERO);
    let builder = Referrals::builder().base_url(server.url());
    let referrals = builder
        .token("Secret-token")
        .request_ids(|| Uuid::from_u128(7))
        .retry(instant)
        .build()
        .expect("a client");
    let list = referrals.engagements().list();
    let list = list.filter("team/any(t:t/email eq 'Secret@contoso.example.com')");
    list.send().await.expect("a page");

    let heard = listener.heard.lock().expect("no panic").clone();
    insta::assert_snapshot!(heard);
    assert!(!heard.contains("Secret"), "{heard}");
}
