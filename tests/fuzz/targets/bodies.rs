//! Bodies of POST, PUT and PATCH. The first letter says which, and of which dialect.

#![no_main]

use libfuzzer_sys::fuzz_target;
use referrals_fuzz::{LIST, Request, Which, with};
use referrals_sandbox::Dialect;

fuzz_target!(|input: &[u8]| {
    let Some((kind, body)) = input.split_first() else {
        return;
    };
    let kind = kind.wrapping_sub(b'a');
    let dialect = Dialect::ALL[usize::from(kind / 3) % 3];
    with(Which::dialect(dialect), |bench| {
        // Another referral for each of the first letters.
        let (id, version) = bench.referral(kind / 9);
        let request = match kind % 3 {
            0 => Request::new("POST", LIST),
            1 => Request::new("PUT", format!("{LIST}/{id}")).header("If-Match", &version),
            _ => Request::new("PATCH", format!("{LIST}/{id}"))
                .header("Prefer", "return=representation"),
        };
        let request = bench.with_token(request.json(body));
        let answer = bench.ask(&request);
        if answer.status >= 400 {
            return;
        }
        // What was taken is there, in the list and by itself, in both APIs, and can be
        // changed.
        let (id, version) = bench.last.clone().expect("what was made");
        for target in [
            format!("{LIST}/{id}"),
            format!("{LIST}?$orderby=updatedDateTime%20desc"),
            "/v1/referrals".to_owned(),
        ] {
            let answer = bench.ask(&bench.with_token(Request::new("GET", target)));
            assert!(answer.status == 200, "{answer:?}");
        }
        let note = br#"[{"op":"replace","path":"/details/notes","value":"x"}]"#;
        let request = Request::new("PATCH", format!("{LIST}/{id}")).header("If-Match", &version);
        bench.ask(&bench.with_token(request.json(note.to_vec())));
    });
});
