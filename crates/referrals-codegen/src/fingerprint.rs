//! The content of a document, independent of how it is written down.

use serde_json::Value;

/// The same value with the members of every object sorted, whichever order
/// `serde_json`'s map keeps in this build.
pub(crate) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|left, right| left.0.cmp(&right.0));
            members
                .into_iter()
                .map(|(name, value)| (name, sorted(value)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// FNV-1a over the canonical text. It guards against forgetting to regenerate,
/// not against an adversary.
pub(crate) fn fingerprint(sorted: &Value) -> u64 {
    sorted
        .to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}
