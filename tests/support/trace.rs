//! What everything in a test process says to those who listen with `tracing`.

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Where this is set, tests write all that is traced to standard error:
/// `cargo xtask leaks` looks for secrets in it.
pub const TRACE: &str = "REFERRALS_TEST_TRACE";

/// Writes what is traced from here on to standard error, where [`TRACE`] is set.
pub fn trace() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        if std::env::var_os(TRACE).is_some() {
            // A test that listens by itself came first.
            let _ = tracing::subscriber::set_global_default(ToStandardError::default());
        }
    });
}

/// Every span and event of every crate, at every level.
#[derive(Default)]
struct ToStandardError(AtomicU64);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a text does not fail.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

fn tell(metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields)) {
    let mut fields = Fields(String::new());
    record(&mut fields);
    line(&format!(
        "{} {}{}",
        metadata.level(),
        metadata.target(),
        fields.0
    ));
}

/// At once, so that nothing of others comes in between.
fn line(text: &str) {
    // Nobody is told when standard error is gone.
    let _ = std::io::stderr().write_all(format!("trace {text}\n").as_bytes());
}

impl Subscriber for ToStandardError {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        tell(span.metadata(), |fields| span.record(fields));
        Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn event(&self, event: &Event<'_>) {
        tell(event.metadata(), |fields| event.record(fields));
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        line(&fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
