//! Characters that a terminal and a reader can be trusted with.

/// Whether a character neither drives a terminal nor breaks a line nor turns the order of
/// the others around.
pub(crate) fn is_harmless(letter: char) -> bool {
    !letter.is_control()
        && !matches!(
            letter,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_text_around_is_not_harmless() {
        for letter in "\u{1b}\n\u{7f}\u{9b}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".chars() {
            assert!(!is_harmless(letter), "{letter:?}");
        }
        assert!(
            "Ada é 山 \u{200d}\u{202f}\u{2065}\u{206a} 👍"
                .chars()
                .all(is_harmless)
        );
    }
}
