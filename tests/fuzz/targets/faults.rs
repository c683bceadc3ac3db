//! Faults as text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use referrals_sandbox::Fault;

fuzz_target!(|text: &str| {
    match text.parse::<Fault>() {
        Ok(fault) => {
            let again = fault.to_string().parse::<Fault>();
            assert_eq!(again.as_ref(), Ok(&fault));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
