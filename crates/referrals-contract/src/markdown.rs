//! Published Markdown as a list of blocks with line numbers.
//!
//! Pages are written by hand and have been through several tools: rows with too
//! many or too few cells, tables glued to the text before them, non-breaking
//! blanks, a byte order mark, `<span>` anchors in headings. What a reader of the
//! page does not see must not change what is read here.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// One block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading, or a paragraph that is bold as a whole.
    Label(Text),
    /// A paragraph or an item of a list.
    Paragraph(Text),
    /// A table; the first row has the titles.
    Table(Vec<Row>),
    /// A block of code.
    Code {
        /// The language, in lower case.
        language: String,
        /// The code.
        text: String,
        /// Where it begins.
        line: usize,
    },
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Text>,
    pub(crate) line: usize,
}

/// Text without markup, with its links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Where links lead.
    pub(crate) links: Vec<String>,
    pub(crate) line: usize,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn finish(mut self) -> Self {
        self.text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        self
    }
}

/// Reads a page.
pub(crate) fn parse(source: &str) -> Vec<Block> {
    let page = Tidied::new(source);
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::default();
    for (event, range) in Parser::new_ext(&page.text, options).into_offset_iter() {
        reader.read(event, page.line(&range));
    }
    reader.blocks
}

/// A page whose tables and labels stand apart from the text around them.
struct Tidied {
    text: String,
    /// For each line of `text` its offset and the line of the source.
    lines: Vec<(usize, usize)>,
}

impl Tidied {
    fn new(source: &str) -> Self {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let mut tidied = Self {
            text: String::with_capacity(source.len() + 64),
            lines: Vec::new(),
        };
        let mut fence: Option<&str> = None;
        let mut before = Kind::Blank;
        let mut columns = 0;
        let mut rows = 0;
        for (index, line) in source.lines().enumerate() {
            let number = index + 1;
            let marker = ["```", "~~~"].into_iter().find(|marker| {
                let rest = line.trim_start().strip_prefix(marker);
                rest.is_some_and(|rest| !rest.trim_start_matches('`').contains('`'))
            });
            match (fence, marker) {
                (None, Some(marker)) => {
                    fence = Some(marker);
                    tidied.push("", number);
                }
                (Some(open), Some(marker)) if open == marker => fence = None,
                (Some(_), _) => {}
                (None, None) => {
                    let line = plain_blanks(line);
                    let kind = Kind::of(&line);
                    if kind != before && [kind, before].iter().any(|kind| kind.stands_apart()) {
                        tidied.push("", number);
                    }
                    rows = if kind == Kind::Row { rows + 1 } else { 0 };
                    if rows == 2 && columns <= WIDEST && is_delimiter(&line) {
                        // A delimiter of another width would make it no table.
                        tidied.push(&format!("|{}", "---|".repeat(columns)), number);
                    } else {
                        if rows == 1 {
                            columns = cells(&line);
                        }
                        tidied.push(&line, number);
                    }
                    before = kind;
                    continue;
                }
            }
            before = Kind::Blank;
            tidied.push(line, number);
        }
        tidied
    }

    fn push(&mut self, line: &str, number: usize) {
        self.lines.push((self.text.len(), number));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The line of the source at which a range of the text begins.
    fn line(&self, range: &Range<usize>) -> usize {
        let after = self
            .lines
            .partition_point(|(start, _)| *start <= range.start);
        after
            .checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .map_or(1, |(_, number)| *number)
    }
}

/// No table that people write has more columns.
const WIDEST: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Row,
    Label,
    Other,
}

impl Kind {
    fn of(line: &str) -> Self {
        let line = line.trim();
        if line.is_empty() {
            Self::Blank
        } else if line.starts_with('|') {
            Self::Row
        } else if line.starts_with('#')
            || (line.len() > 4
                && line.starts_with("**")
                && line.ends_with("**")
                && !line[2..line.len() - 2].contains('*'))
        {
            Self::Label
        } else {
            Self::Other
        }
    }

    fn stands_apart(self) -> bool {
        matches!(self, Self::Row | Self::Label)
    }
}

/// All kinds of blank but the line break as a plain one.
fn plain_blanks(line: &str) -> String {
    line.chars()
        .map(|letter| match letter {
            '\u{200b}' | '\u{feff}' => ' ',
            letter if letter.is_whitespace() => ' ',
            letter => letter,
        })
        .collect()
}

fn is_delimiter(line: &str) -> bool {
    line.contains('-') && line.chars().all(|letter| " |:-".contains(letter))
}

/// How many cells a row has.
fn cells(line: &str) -> usize {
    let line = line.trim().trim_start_matches('|');
    let line = line.strip_suffix('|').unwrap_or(line);
    line.replace("\\|", "").matches('|').count() + 1
}

/// Collects blocks from the parser's events.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    /// The text that is being read.
    text: Option<Text>,
    /// Whether all of it so far is bold, and how deep in bold we are.
    all_bold: bool,
    bold: usize,
    heading: bool,
    table: Vec<Row>,
    row: Row,
    code: Option<(String, String, usize)>,
    metadata: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>, line: usize) {
        match event {
            Event::Start(tag) => self.start(tag, line),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.push(&text),
            Event::Code(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.metadata {
            return;
        }
        if let Some((_, code, _)) = &mut self.code {
            code.push_str(text);
        } else if let Some(current) = &mut self.text {
            if self.bold == 0 && !text.trim().is_empty() {
                self.all_bold = false;
            }
            current.push(text);
        }
    }

    fn begin(&mut self, line: usize) {
        self.text = Some(Text {
            line,
            ..Text::default()
        });
        self.all_bold = true;
    }

    fn start(&mut self, tag: Tag<'_>, line: usize) {
        match tag {
            Tag::MetadataBlock(_) => self.metadata = true,
            Tag::Heading { .. } => {
                self.flush();
                self.heading = true;
                self.begin(line);
            }
            Tag::Paragraph | Tag::Item => {
                self.flush();
                self.begin(line);
            }
            Tag::Table(_) => {
                self.flush();
                self.table.clear();
            }
            Tag::TableHead | Tag::TableRow => {
                self.row = Row {
                    cells: Vec::new(),
                    line,
                };
            }
            Tag::TableCell => self.begin(line),
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.trim().to_ascii_lowercase(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new(), line));
            }
            Tag::Strong => self.bold += 1,
            Tag::Link { dest_url, .. } => {
                if let Some(text) = &mut self.text {
                    text.links.push(dest_url.into_string());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::MetadataBlock(_) => self.metadata = false,
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::Item => self.flush(),
            TagEnd::TableCell => {
                let cell = self.text.take().unwrap_or_default().finish();
                self.row.cells.push(cell);
            }
            TagEnd::TableHead | TagEnd::TableRow => self.table.push(std::mem::take(&mut self.row)),
            TagEnd::Table => self
                .blocks
                .push(Block::Table(std::mem::take(&mut self.table))),
            TagEnd::CodeBlock => {
                if let Some((language, text, line)) = self.code.take() {
                    self.blocks.push(Block::Code {
                        language,
                        text,
                        line,
                    });
                }
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            _ => {}
        }
    }

    /// Ends the text that is being read.
    fn flush(&mut self) {
        let heading = std::mem::take(&mut self.heading);
        let Some(text) = self.text.take() else { return };
        let text = text.finish();
        if text.text.is_empty() {
            return;
        }
        self.blocks.push(if heading || self.all_bold {
            Block::Label(text)
        } else {
            Block::Paragraph(text)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(source: &str) -> Vec<Vec<String>> {
        let blocks = parse(source);
        let table = blocks.iter().find_map(|block| match block {
            Block::Table(rows) => Some(rows),
            _ => None,
        });
        let rows = table.unwrap_or_else(|| panic!("no table in {blocks:?}"));
        rows.iter()
            .map(|row| row.cells.iter().map(|cell| cell.text.clone()).collect())
            .collect()
    }

    #[test]
    fn ragged_and_glued_tables_are_tables() {
        for source in [
            "text\n| A | B |\n|---|---|\n| 1 | 2 |\nmore text",
            "| A | B |\n|---|\n| 1 | 2 |",
            "| A | B |\n|---|---|---|:-:|\n| 1 | 2 | 3 |",
            "\u{feff}| A\u{a0}| B |\r\n|---|---|\r\n|\u{2002}1 | **2** |\r\n",
            "**Label**\n| A | B |\n|---|---|\n| 1 | `2` |\n**Label**",
        ] {
            let rows = table(source);
            assert_eq!(rows.len(), 2, "{source:?}: {rows:?}");
            assert_eq!(rows[0], ["A", "B"], "{source:?}");
            assert_eq!(rows[1][..2], ["1", "2"], "{source:?}");
        }
    }

    #[test]
    fn a_table_costs_what_it_has_to() {
        let wide = format!("{}|\n{}", "|a".repeat(5_000), "|-|\n".repeat(5_000));
        assert!(Tidied::new(&wide).text.len() < 4 * wide.len());
        let rows = table("| A | B |\n|---|---|\n| - | - |\n");
        assert_eq!(rows[1], ["-", "-"]);
    }

    #[test]
    fn code_between_words_opens_no_block() {
        assert_eq!(table("```x```\n| A |\n|---|\n| 1 |"), [["A"], ["1"]]);
    }

    #[test]
    fn lines_are_those_of_the_source() {
        let source = "---\ntitle: T\n---\n# <span id=\"a\"></span>Head\ntext\n**Label**\n| A |\n|---|\n| 1 |\n```http\nGET /\n```";
        let blocks = parse(source);
        let lines: Vec<_> = blocks
            .iter()
            .map(|block| match block {
                Block::Label(text) => ("label", text.text.clone(), text.line),
                Block::Paragraph(text) => ("paragraph", text.text.clone(), text.line),
                Block::Table(rows) => ("table", rows[1].cells[0].text.clone(), rows[1].line),
                Block::Code { language, line, .. } => ("code", language.clone(), *line),
            })
            .collect();
        let expected = [
            ("label", "Head", 4),
            ("paragraph", "text", 5),
            ("label", "Label", 6),
            ("table", "1", 9),
            ("code", "http", 10),
        ];
        assert_eq!(
            lines,
            expected.map(|(kind, text, line)| (kind, text.to_owned(), line))
        );
    }
}
