//! Texts of `$filter`, `$orderby`, `$select`, keys in parentheses and continuations. The
//! first letter says which; the dialect is lenient, which has most of the language, unless
//! it says otherwise.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use referrals_fuzz::{LIST, REFERRALS, Request, Which, encoded, with};
use referrals_sandbox::Dialect;
use sha2::{Digest as _, Sha256};

/// A continuation that is intact, whatever is in it: its digest is no secret.
fn sealed(payload: &[u8]) -> String {
    let digest = Sha256::new()
        .chain_update(b"referrals-sandbox $skiptoken")
        .chain_update(1_u64.to_be_bytes())
        .chain_update(REFERRALS.to_be_bytes())
        .chain_update(payload)
        .finalize();
    STANDARD.encode([&digest[..12], payload].concat())
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, text)) = input.split_first() else {
        return;
    };
    let (dialect, query) = match kind {
        b'o' => (Dialect::Lenient, format!("?$orderby={}", encoded(text))),
        b's' => (Dialect::Lenient, format!("?$select={}", encoded(text))),
        b'k' => (Dialect::Lenient, format!("({})", encoded(text))),
        b't' => (
            Dialect::Lenient,
            format!("?$skiptoken={}", encoded(sealed(text))),
        ),
        b'u' => (
            Dialect::Observed,
            format!("?$skiptoken={}", encoded(sealed(text))),
        ),
        b'd' => (Dialect::Documented, format!("?$filter={}", encoded(text))),
        b'p' => (Dialect::Documented, format!("?$orderby={}", encoded(text))),
        b'x' => (Dialect::Observed, format!("?$filter={}", encoded(text))),
        b'c' => (
            Dialect::Lenient,
            format!("/$count?$filter={}", encoded(text)),
        ),
        // Both orders of a page, with a filter in front.
        b'b' => {
            let text = encoded(text);
            (
                Dialect::Lenient,
                format!("?$filter={text}&$orderby={text} desc,{text}"),
            )
        }
        _ => (Dialect::Lenient, format!("?$filter={}", encoded(text))),
    };
    let query = query.replace(' ', "%20");
    with(Which::dialect(dialect), |bench| {
        let request = Request::new("GET", format!("{LIST}{query}"));
        let answer = bench.ask(&bench.with_token(request));
        // What was taken goes on to its end.
        if let Some(link) = bench.next.take()
            && answer.status == 200
        {
            let query = link.split_once('?').map_or("", |(_, query)| query);
            let request = Request::new("GET", format!("{LIST}?{query}"));
            let next = bench.ask(&bench.with_token(request));
            assert!(next.status == 200, "{next:?}");
        }
    });
});
