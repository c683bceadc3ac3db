//! Text of others that is fit for a terminal.

/// `text` without what would drive a terminal or be shown as something else: control
/// characters and breaks of lines become blanks; what nobody sees, such as the marks that
/// turn the direction of the text around them, is left out.
///
/// Documentation: "Unicode Bidirectional Algorithm" (UAX #9), "Unicode Security
/// Considerations" (UTR #36).
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|letter| !is_unseen(*letter))
        .map(|letter| match letter {
            '\u{2028}' | '\u{2029}' => ' ',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect()
}

/// Whether a letter neither drives a terminal nor breaks a line nor is unseen.
pub(crate) fn is_harmless(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}') && !is_unseen(letter)
}

/// The general category Cf (format), but for the few in it that are seen, such as signs
/// before Arabic numbers, and for the two that say how letters join, without which names
/// in some scripts are other names.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_or_hides_is_taken_out() {
        for (text, expected) in [
            ("Contoso\u{1b}[31m\r\nLtd.\u{9b}2J", "Contoso [31m  Ltd. 2J"),
            ("a\u{2028}b\u{2029}c\td", "a b c d"),
            // What looks like `exe.txt` is `txt.exe`.
            ("\u{202e}txt.exe\u{202c}", "txt.exe"),
            ("\u{2066}a\u{2067}b\u{2068}c\u{2069}", "abc"),
            ("\u{200e}a\u{200f}b\u{61c}c\u{feff}", "abc"),
            ("Con\u{ad}to\u{200b}so\u{e0041}", "Contoso"),
            ("コントソ株式会社 Ä ﷼ 👩", "コントソ株式会社 Ä ﷼ 👩"),
        ] {
            assert_eq!(printable(text), expected, "{text:?}");
            let harmless: String = text.chars().filter(|letter| is_harmless(*letter)).collect();
            assert_eq!(
                harmless.replace(' ', ""),
                expected.replace(' ', ""),
                "{text:?}"
            );
        }
        // Joiners are part of names.
        assert_eq!(
            printable("क्\u{200d}ष می\u{200c}خواهم"),
            "क्\u{200d}ष می\u{200c}خواهم"
        );
    }
}
