//! What every request goes through before it is sent.

use std::fmt;

use reqwest::Request;
use reqwest::header::{ACCEPT, HeaderValue};
use url::{Host, Url};

/// Gives a generated request the form the service expects.
///
/// Blanks in the query are written `%20`, since a server may read the `+` of
/// HTML forms as a plus. The query parameters named in `verbatim` hold text
/// that is percent-encoded already, such as a continuation token, and go out
/// byte for byte. JSON is asked for where the operation does not say what it
/// accepts. Generated code calls this.
pub fn prepare(request: &mut Request, verbatim: &[&str]) {
    if let Some(query) = request.url().query() {
        let query = rewrite_query(query, verbatim);
        request.url_mut().set_query(Some(&query));
    }
    request
        .headers_mut()
        .entry(ACCEPT)
        .or_insert(HeaderValue::from_static("application/json"));
}

fn rewrite_query(query: &str, verbatim: &[&str]) -> String {
    let pairs = query.split('&').map(|pair| {
        let mut decoded = url::form_urlencoded::parse(pair.as_bytes());
        match (decoded.next(), pair.split_once('=')) {
            (Some((name, value)), Some((encoded_name, _))) if verbatim.contains(&&*name) => {
                format!("{encoded_name}={value}")
            }
            // A plus of the value itself is `%2B` here.
            _ => pair.replace('+', "%20"),
        }
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Whether a token may travel to this URL: https, or http to this machine.
///
/// ```
/// # use referrals_client::is_secure;
/// let url = |text: &str| text.parse().expect("a URL");
/// assert!(is_secure(&url("https://api.partner.microsoft.com")));
/// assert!(is_secure(&url("http://127.0.0.1:8080")));
/// assert!(!is_secure(&url("http://api.partner.microsoft.com")));
/// ```
pub fn is_secure(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        },
        _ => false,
    }
}

/// Refuses a URL that no token may travel to.
///
/// # Errors
///
/// When [`is_secure`] says no.
pub fn require_secure(url: &Url) -> Result<(), InsecureUrl> {
    if is_secure(url) {
        Ok(())
    } else {
        Err(InsecureUrl {
            origin: url.origin().ascii_serialization(),
        })
    }
}

/// A token would have travelled unencrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsecureUrl {
    origin: String,
}

impl fmt::Display for InsecureUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no token is sent to {}: use https (plain http is allowed to this machine only)",
            self.origin
        )
    }
}

impl std::error::Error for InsecureUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_percent_encoded_and_pluses_kept() {
        assert_eq!(
            rewrite_query("%24filter=status+eq+%27a%2Bb%27&x=1", &[]),
            "%24filter=status%20eq%20%27a%2Bb%27&x=1"
        );
    }

    #[test]
    fn a_verbatim_parameter_goes_out_byte_for_byte() {
        let token = "%2bRID%3a~x%3d%3d#RT%3a1";
        let encoded: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let query = format!("%24skiptoken={encoded}&a=b+c");
        assert_eq!(
            rewrite_query(&query, &["$skiptoken"]),
            format!("%24skiptoken={token}&a=b%20c")
        );
    }

    #[test]
    fn tokens_travel_over_https_or_inside_this_machine() {
        for (url, secure) in [
            ("https://api.partner.microsoft.com/", true),
            ("http://localhost:1/", true),
            ("http://127.8.0.1/", true),
            ("http://[::1]:80/", true),
            ("http://api.partner.microsoft.com/", false),
            ("http://localhost.example.com/", false),
            ("http://127.0.0.1.example.com/", false),
            ("http://10.0.0.1/", false),
            ("ftp://localhost/", false),
        ] {
            let url: Url = url.parse().expect(url);
            assert_eq!(is_secure(&url), secure, "{url}");
        }
        let error = require_secure(&"http://user:pass@example.com/a?b".parse().expect("a URL"));
        assert_eq!(
            error.expect_err("insecure").to_string(),
            "no token is sent to http://example.com: use https (plain http is allowed to this machine only)"
        );
    }
}
