//! A documentation page as facts, each with its line.

use std::collections::BTreeSet;

use crate::markdown::{Block, Row, Text, parse};

/// A fact and the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) line: usize,
}

/// A documentation page in the publisher's own Markdown, read into facts.
///
/// Title blocks, anchors, ragged tables and odd blanks do not matter, and what
/// the page does not state is not a fact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The lines of the table "Request syntax".
    pub(crate) requests: Vec<Located<Request>>,
    pub(crate) credentials: Option<Located<BTreeSet<&'static str>>>,
    /// Of all tables of parameters.
    pub(crate) parameters: Option<Located<Vec<Parameter>>>,
    /// The targets of the links below "Request headers"; none when the section
    /// has no link.
    pub(crate) headers: Option<Located<Vec<String>>>,
    pub(crate) request_body: Option<Located<String>>,
    /// The table of the request body's members.
    pub(crate) body_table: Vec<Parameter>,
    pub(crate) response: Option<Located<Resource>>,
    /// The table of headers, on the page that explains them.
    pub(crate) header_table: Vec<Parameter>,
    pub(crate) types: Vec<Type>,
    pub(crate) statuses: Vec<Located<u16>>,
    /// The JSON of response examples, from its first brace on.
    pub(crate) examples: Vec<Located<String>>,
}

/// The line of the table "Request syntax".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Scheme and host; none where the page has a placeholder.
    pub(crate) host: Option<String>,
    /// The path behind the version, without a slash at its end.
    pub(crate) path: String,
    /// `v1` and the like, when the path has it.
    pub(crate) version: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) kind: String,
    /// `Yes` or `No`, another text where it is neither, none where the page does
    /// not say.
    pub(crate) required: Option<String>,
    /// The type that the description links to.
    pub(crate) refers_to: Option<String>,
    pub(crate) line: usize,
}

/// What a cell states; nothing where it says that nothing is stated.
fn stated(text: &str) -> String {
    match text.to_ascii_lowercase().starts_with("not stated") {
        true => String::new(),
        false => text.to_owned(),
    }
}

/// What a body is, such as a collection of Referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) name: String,
    pub(crate) collection: bool,
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.collection {
            f.write_str("collection of ")?;
        }
        f.write_str(&self.name)
    }
}

/// A type with its properties or values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) rows: Vec<Member>,
    pub(crate) line: usize,
}

/// A property with its type, or a value with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) line: usize,
}

/// Names of both kinds of credentials, as the documentation writes them.
pub(crate) const APP: &str = "App";
pub(crate) const APP_PLUS_USER: &str = "App+User";

impl Page {
    /// Reads a page. Any text is a page; one that documents nothing has no facts.
    pub fn parse(source: &str) -> Self {
        let mut page = Self::default();
        let mut label = String::new();
        let mut title = Located {
            value: String::new(),
            line: 1,
        };
        for block in parse(source) {
            match block {
                Block::Label(text) => {
                    label = text.text.to_ascii_lowercase();
                    title = Located {
                        value: text.text,
                        line: text.line,
                    };
                    page.begin_section(&label, title.line);
                }
                Block::Paragraph(text) => page.read_text(&label, text),
                Block::Table(rows) => page.read_table(&label, &title, &rows),
                Block::Code { text, line, .. } if label.contains("response example") => {
                    page.examples.extend(json_part(&text, line));
                }
                Block::Code { .. } => {}
            }
        }
        page
    }

    fn begin_section(&mut self, label: &str, line: usize) {
        if label == "request headers" {
            self.headers.get_or_insert(Located {
                value: Vec::new(),
                line,
            });
        }
    }

    fn read_text(&mut self, label: &str, text: Text) {
        let line = text.line;
        let lower = text.text.to_ascii_lowercase();
        if label.starts_with("prerequisite") && lower.contains("credential") {
            // None are understood where the sentence has other words for them.
            let value = credentials(&text.text);
            self.credentials.get_or_insert(Located { value, line });
        } else if label == "request headers" {
            if let Some(headers) = &mut self.headers {
                headers
                    .value
                    .extend(text.links.iter().map(|link| file_of(link)));
            }
        } else if label == "request body" {
            let none = lower.trim_end_matches('.') == "none" || lower.starts_with("not stated");
            let value = match resource(&text) {
                _ if none => "none".to_owned(),
                Some(resource) => resource.to_string(),
                None => text.text,
            };
            self.request_body.get_or_insert(Located { value, line });
        } else if (lower.contains("response body")
            || (label.contains("response") && lower.contains("body")))
            && let Some(value) = resource(&text)
        {
            self.response.get_or_insert(Located { value, line });
        }
    }

    fn read_table(&mut self, label: &str, title: &Located<String>, rows: &[Row]) {
        let Some((titles, rows)) = rows.split_first() else {
            return;
        };
        let column = |names: &[&str]| {
            titles
                .cells
                .iter()
                .position(|cell| names.contains(&cell.text.to_ascii_lowercase().as_str()))
        };
        let cell = |row: &Row, column: Option<usize>| {
            column
                .and_then(|column| row.cells.get(column))
                .cloned()
                .unwrap_or_default()
        };
        let line = rows.first().map_or(titles.line, |row| row.line);

        if let (Some(method), Some(uri)) = (column(&["method"]), column(&["request uri"])) {
            self.requests.extend(rows.iter().map(|row| Located {
                value: request(&cell(row, Some(method)).text, &cell(row, Some(uri)).text),
                line: row.line,
            }));
        } else if let (Some(name), Some(required)) =
            (column(&["name"]), column(&["required", "mandatory"]))
        {
            let parameters: Vec<_> = rows
                .iter()
                .map(|row| Parameter {
                    name: cell(row, Some(name)).text,
                    kind: stated(&cell(row, column(&["type"])).text.to_ascii_lowercase()),
                    required: yes_or_no(&cell(row, Some(required)).text),
                    refers_to: row.cells.iter().find_map(|cell| {
                        cell.links
                            .iter()
                            .find_map(|link| Some(link.split_once('#')?.1.to_owned()))
                    }),
                    line: row.line,
                })
                .filter(|parameter| !parameter.name.is_empty())
                .collect();
            if label == "request headers" {
                self.header_table = parameters;
            } else {
                let all = self.parameters.get_or_insert(Located {
                    value: Vec::new(),
                    line: titles.line,
                });
                all.value.extend(parameters);
            }
        } else if let Some(kind) = column(&["credentials"]) {
            let refused = |row: &&Row| {
                let mut cells = row.cells.iter();
                cells.any(|cell| yes_or_no(&cell.text).as_deref() == Some("No"))
            };
            let accepted = rows.iter().filter(|row| !refused(row));
            let names = accepted.map(|row| cell(row, Some(kind)).text);
            let value = names.flat_map(|name| credentials(&name)).collect();
            self.credentials.get_or_insert(Located { value, line });
        } else if label == "request body" {
            self.request_body.get_or_insert(Located {
                value: "a table of properties".to_owned(),
                line,
            });
            let Some(name) = column(&["property"]) else {
                return;
            };
            self.body_table = rows
                .iter()
                .map(|row| Parameter {
                    name: cell(row, Some(name)).text,
                    kind: stated(&cell(row, column(&["type"])).text),
                    required: yes_or_no(&cell(row, column(&["required", "mandatory"])).text),
                    refers_to: None,
                    line: row.line,
                })
                .filter(|member| !member.name.is_empty())
                .collect();
        } else if let Some(name) = column(&["property", "value"]) {
            let kind = column(&["position", "type"]);
            self.types.push(Type {
                name: title.value.clone(),
                line: title.line,
                rows: rows
                    .iter()
                    .map(|row| Member {
                        name: cell(row, Some(name)).text,
                        kind: cell(row, kind).text,
                        line: row.line,
                    })
                    .filter(|member| !member.name.is_empty())
                    .collect(),
            });
        } else if let Some(code) = column(&["code", "status code", "status", "http status code"]) {
            self.statuses.extend(rows.iter().filter_map(|row| {
                let text = cell(row, Some(code)).text;
                let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
                let value = digits
                    .parse()
                    .ok()
                    .filter(|code| (100..600).contains(code))?;
                Some(Located {
                    value,
                    line: row.line,
                })
            }));
        }
    }
}

/// The JSON in a block of code: what follows status line and headers, or
/// nothing where the block is a placeholder.
fn json_part(code: &str, line: usize) -> Option<Located<String>> {
    let lines: Vec<&str> = code.lines().collect();
    let start = lines
        .iter()
        .position(|line| line.trim_start().starts_with(['{', '[']))?;
    Some(Located {
        value: lines[start..].join("\n"),
        // The code begins on the line behind the fence.
        line: line + 1 + start,
    })
}

fn yes_or_no(text: &str) -> Option<String> {
    match text.to_ascii_lowercase().trim_end_matches('.') {
        "" | "not stated" => None,
        "yes" | "true" | "required" | "y" => Some("Yes".to_owned()),
        "no" | "false" | "optional" | "n" => Some("No".to_owned()),
        _ => Some(text.to_owned()),
    }
}

/// The file that a link leads to, without folder and fragment.
fn file_of(link: &str) -> String {
    let path = link.split(['#', '?']).next().unwrap_or_default();
    path.rsplit('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

fn request(method: &str, uri: &str) -> Request {
    let uri = uri.split_whitespace().next().unwrap_or_default();
    let uri = uri.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = match uri.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = format!("{scheme}://{host}").to_ascii_lowercase();
            (Some(host), path)
        }
        None if uri.starts_with('{') => (None, uri.split_once('/').map_or("", |(_, path)| path)),
        None => (None, uri),
    };
    let mut segments: Vec<_> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let version = segments.iter().position(|segment| is_version(segment));
    let version = version.map(|index| segments.remove(index).to_owned());
    Request {
        method: method.to_ascii_uppercase(),
        host,
        path: format!("/{}", segments.join("/")),
        version,
    }
}

pub(crate) fn is_version(segment: &str) -> bool {
    segment.strip_prefix(['v', 'V']).is_some_and(|digits| {
        digits.starts_with(|first: char| first.is_ascii_digit())
            && digits
                .chars()
                .all(|letter| letter.is_ascii_digit() || letter == '.')
    })
}

/// The kinds of credentials that a sentence names.
fn credentials(text: &str) -> BTreeSet<&'static str> {
    let mut kinds = BTreeSet::new();
    let text = text
        .replace(" + ", "+")
        .replace("+ ", "+")
        .replace(" +", "+");
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '+'));
    for word in words {
        match word.to_ascii_lowercase().as_str() {
            "app" => kinds.insert(APP),
            "app+user" => kinds.insert(APP_PLUS_USER),
            _ => continue,
        };
    }
    kinds
}

/// The resource that a sentence about a body names: the first linked page, or
/// the word that "collection of" or "resource" stands beside.
fn resource(text: &Text) -> Option<Resource> {
    let words: Vec<&str> = text
        .text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let is_name = |word: &&str| word.starts_with(|first: char| first.is_uppercase());
    let many = ["collection", "list", "array"];
    let of_many = words
        .windows(3)
        .find_map(|window| (many.contains(&window[0]) && window[1] == "of").then_some(window[2]));
    let before_resource = words.windows(2).find_map(|window| {
        let is_resource = ["resource", "resources", "object"].contains(&window[1]);
        (is_resource && is_name(&window[0])).then_some(window[0])
    });
    // A page for the resource stands for its name.
    let linked = text
        .links
        .iter()
        .map(|link| file_of(link))
        .find_map(|file| {
            let stem = file.strip_suffix(".md")?;
            let plain = stem.chars().all(|letter| letter.is_ascii_alphanumeric());
            (plain && !stem.is_empty()).then(|| stem[..1].to_ascii_uppercase() + &stem[1..])
        });
    let name = of_many
        .filter(is_name)
        .or(before_resource)
        .map(str::to_owned)
        .or(linked)?;
    Some(Resource {
        name,
        collection: of_many.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_from_a_sentence() {
        for (text, expected) in [
            (
                "with both standalone App and App+User credentials",
                vec![APP, APP_PLUS_USER],
            ),
            ("App + User credentials only", vec![APP_PLUS_USER]),
            ("supports App-only credentials.", vec![APP]),
            ("supports applications and users", vec![]),
        ] {
            assert_eq!(credentials(text), expected.into_iter().collect(), "{text}");
        }
    }

    #[test]
    fn a_request_is_taken_apart() {
        for (uri, host, path, version) in [
            (
                "https://API.partner.microsoft.com/v1/referrals/",
                Some("https://api.partner.microsoft.com"),
                "/referrals",
                Some("v1"),
            ),
            ("{baseURL}/v1/referrals", None, "/referrals", Some("v1")),
            (
                "/v1.0/engagements/referrals/{id} HTTP/1.1",
                None,
                "/engagements/referrals/{id}",
                Some("v1.0"),
            ),
            (
                "https://example.com",
                Some("https://example.com"),
                "/",
                None,
            ),
            ("", None, "/", None),
        ] {
            let request = request("get", uri);
            assert_eq!(request.host.as_deref(), host, "{uri}");
            assert_eq!(
                (request.path.as_str(), request.version.as_deref()),
                (path, version),
                "{uri}"
            );
        }
    }

    #[test]
    fn a_resource_is_read_with_and_without_a_link() {
        for (text, expected) in [
            (
                "the response body contains a collection of [Referral](referral.md) resources",
                Some("collection of Referral"),
            ),
            (
                "the response body contains a collection of Referral resources",
                Some("collection of Referral"),
            ),
            (
                "returns a Referral resource in the response body",
                Some("Referral"),
            ),
            (
                "returns a single [Lead](lead.md) in the response body",
                Some("Lead"),
            ),
            ("returns nothing in the response body", None),
        ] {
            let page = Page::parse(text);
            assert_eq!(
                page.response
                    .map(|found| found.value.to_string())
                    .as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
