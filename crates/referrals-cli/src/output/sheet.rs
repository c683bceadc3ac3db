//! One record, a line for each value that is there.

use serde_json::value::RawValue;
use unicode_width::UnicodeWidthStr as _;

use super::printable;
use super::record::{Members, on_one_line};

/// Values begin at this column at the latest.
const WIDEST: usize = 44;

/// Renders a record in the order in which it arrived. What is null or empty is left
/// out.
pub(crate) fn render(json: &str) -> String {
    let mut lines = Vec::new();
    if let Ok(json) = serde_json::from_str(json) {
        collect(json, &mut String::new(), &mut lines);
    }
    let widths = lines.iter().map(|(path, _)| path.width());
    let width = widths.max().unwrap_or(0).min(WIDEST);
    let mut text = String::new();
    for (path, value) in &lines {
        let gap = " ".repeat(width.saturating_sub(path.width()) + 2);
        text.push_str(&format!("{path}{gap}{value}\n"));
    }
    text
}

fn collect(value: &RawValue, path: &mut String, lines: &mut Vec<(String, String)>) {
    let length = path.len();
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            for (name, member) in Members::of(text) {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(&name);
                collect(member, path, lines);
                path.truncate(length);
            }
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
            for (index, item) in items.into_iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                collect(item, path, lines);
                path.truncate(length);
            }
        }
        Some(b'n') => {}
        Some(b'"') => {
            let text: String = serde_json::from_str(text).unwrap_or_else(|_| text.to_owned());
            if !text.is_empty() {
                lines.push((printable(path), printable(&text)));
            }
        }
        _ => lines.push((printable(path), printable(&on_one_line(text)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_their_order_under_their_paths() {
        let json = r#"{"z":"1","empty":"","none":null,"no":{},"list":[],
            "details":{"dealValue":9007199254740993.55,"n\u006ftes":"a\nb\u001b[2J"},
            "team":[{"firstName":"Ada"},{"firstName":"Bo","tags":["x","y"]}],"a":false}"#;
        assert_eq!(
            render(json),
            "z                  1\n\
             details.dealValue  9007199254740993.55\n\
             details.notes      a b [2J\n\
             team[0].firstName  Ada\n\
             team[1].firstName  Bo\n\
             team[1].tags[0]    x\n\
             team[1].tags[1]    y\n\
             a                  false\n"
        );
        assert_eq!(render("[]"), "");
    }
}
