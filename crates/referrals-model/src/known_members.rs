//! What a contract knows of a type, as data.

/// A type whose members the contract lists.
///
/// ```
/// use referrals_model::{KnownMembers, v1::Tag};
///
/// let names: Vec<_> = Tag::known_members().iter().map(|member| member.name).collect();
/// assert_eq!(names, ["id"]);
/// ```
pub trait KnownMembers {
    /// The members, sorted by name.
    fn known_members() -> &'static [Member];
}

/// A member that the contract knows.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// What the contract knows of its value.
    pub shape: Shape,
}

/// What the contract knows of a value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Nothing that could be unknown inside it.
    Any,
    /// An object with these members.
    Object(fn() -> &'static [Member]),
    /// An array of such values.
    Array(&'static Shape),
    /// An open enum; tells whether a value is one of the known ones.
    OpenEnum(fn(&str) -> bool),
}
