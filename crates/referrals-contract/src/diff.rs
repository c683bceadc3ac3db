//! What a caller of one contract has to change to call another.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::contract::{Parameter, referred, type_words};
use crate::{Contract, Operation};

/// The way from one contract to another, made by [`Contract::migration`].
///
/// Written out it is a report for people; as JSON it is the same for programs.
///
/// ```
/// use referrals_contract::{Contract, Kind};
///
/// let migration = Contract::named("v1")?.migration(&Contract::named("engagements")?);
/// let list = &migration.operations[0];
/// let parameters = &list.parameters;
/// let own = parameters.iter().find(|change| change.name() == "self");
/// assert_eq!(own.map(|change| change.kind), Some(Kind::Gone));
/// # Ok::<(), referrals_contract::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// The name of the contract that callers come from.
    pub from: String,
    /// The name of the contract that they go to.
    pub to: String,
    /// What becomes of each operation: those of the older contract, then new ones.
    pub operations: Vec<OperationChange>,
    /// What becomes of the types in bodies of the operations that both have.
    pub types: Vec<TypeChange>,
    /// The types in those bodies that have no counterpart in the older contract.
    pub new_types: Vec<String>,
    /// The types in those bodies that have no counterpart in the newer one.
    pub gone_types: Vec<String>,
}

/// What becomes of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It has another name.
    Renamed,
    /// It is said in another way.
    Replaced,
    /// It has another type.
    Retyped,
    /// It has no counterpart any more.
    Gone,
    /// It has no counterpart in the older contract.
    New,
    /// Nothing changes.
    Same,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Renamed => "renamed",
            Self::Replaced => "replaced",
            Self::Retyped => "retyped",
            Self::Gone => "gone",
            Self::New => "new",
            Self::Same => "same",
        })
    }
}

/// What becomes of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationChange {
    /// What becomes of it as a whole.
    pub kind: Kind,
    /// Where it is in the older contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Endpoint>,
    /// Where it is in the newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Endpoint>,
    /// The kinds of credentials.
    pub credentials: Vec<Change>,
    /// The parameters in path and query.
    pub parameters: Vec<Change>,
    /// The headers of the request.
    pub headers: Vec<Change>,
    /// The headers of a success.
    pub answer_headers: Vec<Change>,
    /// The status codes of failures.
    pub failures: Vec<Change>,
}

/// Where an operation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// The `operationId`.
    pub operation: String,
    /// The method in upper case.
    pub method: String,
    /// Scheme and host; several are separated by commas.
    pub host: String,
    /// The path.
    pub path: String,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.method, self.host, self.path)
    }
}

/// What becomes of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TypeChange {
    /// Its name in the older contract.
    pub was: String,
    /// Its name in the newer one.
    pub now: String,
    /// Its properties, or the values of an enum.
    pub members: Vec<Change>,
}

/// What becomes of a part: a parameter, a header, a property, a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What becomes of it.
    pub kind: Kind,
    /// The part of the older contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Part>,
    /// The part of the newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Part>,
    /// What to write in its place; `{value}` is what the older part held.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub written_as: Option<String>,
    /// What else there is to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Change {
    /// The name to find it by: that of the older contract, if it has one.
    pub fn name(&self) -> &str {
        let part = self.was.as_ref().or(self.now.as_ref());
        part.map_or("", |part| part.name.as_str())
    }
}

/// A part of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name; for a property that moved, its path such as
    /// `invitedBy.organizationId`.
    pub name: String,
    /// Its type in words, where it has one.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl Part {
    fn new(name: &str, kind: Option<String>) -> Self {
        Self {
            name: name.to_owned(),
            kind,
        }
    }
}

impl Contract {
    /// What callers of this contract have to change to call `newer`.
    ///
    /// What has the same name in both is the same thing; the newer contract says
    /// what became of the rest (`x-replaces`).
    pub fn migration(&self, newer: &Contract) -> Migration {
        let mut migrating = Migrating {
            older: self,
            newer,
            open: VecDeque::new(),
            seen: BTreeSet::new(),
        };
        let operations = migrating.operations();
        let mut types = Vec::new();
        while let Some((was, now)) = migrating.open.pop_front() {
            types.extend(migrating.type_change(&was, &now));
        }
        let paired = |name: &str, side: fn(&TypeChange) -> &str| {
            types.iter().any(|change| side(change) == name)
        };
        let (old, new): (Vec<_>, Vec<_>) = migrating.matches().into_iter().unzip();
        let mut gone_types = reachable(self, &old);
        gone_types.retain(|name| !paired(name, |change| &change.was));
        let mut new_types = reachable(newer, &new);
        new_types.retain(|name| !paired(name, |change| &change.now));
        Migration {
            from: self.name().to_owned(),
            to: newer.name().to_owned(),
            operations,
            types,
            new_types,
            gone_types,
        }
    }
}

/// What the newer contract says of a part of the older one.
#[derive(Default)]
struct Row<'a> {
    by: Option<&'a str>,
    written_as: Option<&'a str>,
    note: Option<&'a str>,
}

struct Migrating<'a> {
    older: &'a Contract,
    newer: &'a Contract,
    /// Pairs of types still to be looked at.
    open: VecDeque<(String, String)>,
    seen: BTreeSet<(String, String)>,
}

impl<'a> Migrating<'a> {
    fn row(&self, owner: &str, member: &str) -> Option<Row<'a>> {
        let rows = &self.newer.document["info"]["x-replaces"][self.older.name()];
        let row = rows.get(format!("{owner}.{member}"))?;
        Some(Row {
            by: row["by"].as_str(),
            written_as: row["as"].as_str(),
            note: row["note"].as_str(),
        })
    }

    /// The operations that both have.
    fn matches(&self) -> Vec<(Operation<'a>, Operation<'a>)> {
        let both = self.older.operations().into_iter();
        both.filter_map(|was| Some((was, self.newer.operation(was.id()).ok()?)))
            .collect()
    }

    fn operations(&mut self) -> Vec<OperationChange> {
        let mut changes = Vec::new();
        for was in self.older.operations() {
            let now = self.newer.operation(was.id()).ok();
            changes.push(match now {
                Some(now) => self.operation(was, now),
                None => lone(Kind::Gone, Some(endpoint(was)), None),
            });
        }
        for now in self.newer.operations() {
            if self.older.operation(now.id()).is_err() {
                changes.push(lone(Kind::New, None, Some(endpoint(now))));
            }
        }
        changes
    }

    fn operation(&mut self, was: Operation<'a>, now: Operation<'a>) -> OperationChange {
        for (was, now) in [
            (was.request_type(), now.request_type()),
            (was.success_schema(), now.success_schema()),
            (was.failure_schema(), now.failure_schema()),
        ] {
            if let (Some(was), Some(now)) = (was, now) {
                self.look_at(was, now);
            }
        }
        let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let codes = |codes: Vec<u16>| codes.iter().map(u16::to_string).collect::<Vec<_>>();
        let (old, new) = (endpoint(was), endpoint(now));
        OperationChange {
            kind: match (&old.method, &old.host, &old.path) == (&new.method, &new.host, &new.path) {
                true => Kind::Same,
                false => Kind::Replaced,
            },
            credentials: by_name(names(was.credentials()), names(now.credentials())),
            parameters: self.parameters(was, now, false),
            headers: self.parameters(was, now, true),
            answer_headers: by_name(names(was.success_headers()), names(now.success_headers())),
            failures: by_name(codes(was.failures()), codes(now.failures())),
            was: Some(old),
            now: Some(new),
        }
    }

    fn parameters(&self, was: Operation<'a>, now: Operation<'a>, headers: bool) -> Vec<Change> {
        let (old, new) = (was.parameters(), now.parameters());
        let wanted = |parameter: &Parameter<'_>| (parameter.value["in"] == "header") == headers;
        let mut taken = BTreeSet::new();
        let mut changes = Vec::new();
        for (name, parameter) in old.iter().filter(|(_, parameter)| wanted(parameter)) {
            let row = self.row(was.id(), name);
            let by = row.as_ref().and_then(|row| row.by?.split_once('.'));
            let target = match (&row, by) {
                (None, _) => new.get_key_value(name),
                (Some(_), Some((_, by))) => new.get_key_value(by),
                (Some(_), None) => None,
            };
            let target = target.map(|(name, parameter)| {
                taken.insert(*name);
                Part::new(name, Some(parameter_words(parameter)))
            });
            let part = Part::new(name, Some(parameter_words(parameter)));
            changes.push(change(part, target, row.unwrap_or_default()));
        }
        let added = new
            .iter()
            .filter(|(name, parameter)| wanted(parameter) && !taken.contains(*name));
        changes.extend(added.map(|(name, parameter)| {
            let namesake = old.contains_key(name);
            self.added(Part::new(name, Some(parameter_words(parameter))), namesake)
        }));
        sorted(changes)
    }

    fn look_at(&mut self, was: &str, now: &str) {
        let pair = (was.to_owned(), now.to_owned());
        if self.seen.insert(pair.clone()) {
            self.open.push_back(pair);
        }
    }

    fn type_change(&mut self, was: &str, now: &str) -> Option<TypeChange> {
        let members = match self.older.properties(was) {
            Some(properties) => self.members(was, now, properties),
            None => self.enum_values(was, now),
        };
        (!members.is_empty()).then(|| TypeChange {
            was: was.to_owned(),
            now: now.to_owned(),
            members,
        })
    }

    fn members(
        &mut self,
        was: &str,
        now: &str,
        old: &serde_json::Map<String, Value>,
    ) -> Vec<Change> {
        let newer = self.newer;
        let empty = serde_json::Map::new();
        let new = newer.properties(now).unwrap_or(&empty);
        let mut taken = BTreeSet::new();
        let mut changes = Vec::new();
        for (name, property) in old {
            let row = self.row(was, name);
            let target = match &row {
                None => new.get(name).map(|property| (now, name.as_str(), property)),
                Some(row) => row.by.and_then(|by| {
                    let (owner, member) = by.split_once('.')?;
                    Some((owner, member, newer.properties(owner)?.get(member)?))
                }),
            };
            let part = Part::new(name, Some(type_words(property)));
            let target = target.map(|(owner, member, target)| {
                if owner == now {
                    taken.insert(member.to_owned());
                }
                if let (Some(was), Some(now)) = (referred(property), referred(target)) {
                    self.look_at(was, now);
                }
                let path = path_to(newer, now, owner).map(|mut path| {
                    // The way there is told; it is nothing new by itself.
                    taken.extend(path.first().cloned());
                    path.push(member.to_owned());
                    path.join(".")
                });
                let name = path.unwrap_or_else(|| format!("{owner}.{member}"));
                Part::new(&name, Some(type_words(target)))
            });
            changes.push(change(part, target, row.unwrap_or_default()));
        }
        let added = new.iter().filter(|(name, _)| !taken.contains(*name));
        changes.extend(added.map(|(name, property)| {
            let namesake = old.contains_key(name);
            self.added(Part::new(name, Some(type_words(property))), namesake)
        }));
        sorted(changes)
    }

    fn enum_values(&self, was: &str, now: &str) -> Vec<Change> {
        let (old, new) = (self.older.values(was), self.newer.values(now));
        let mut taken = BTreeSet::new();
        let mut changes = Vec::new();
        for value in &old {
            let row = self.row(was, value);
            let target = match &row {
                None => new.contains(value).then_some((now, *value)),
                Some(row) => row.by.and_then(|by| by.split_once('.')),
            };
            let target = target.map(|(owner, value)| match owner == now {
                true => {
                    taken.insert(value);
                    Part::new(value, None)
                }
                false => Part::new(&format!("{owner}.{value}"), None),
            });
            changes.push(change(
                Part::new(value, None),
                target,
                row.unwrap_or_default(),
            ));
        }
        let added = new.iter().filter(|value| !taken.contains(*value));
        changes.extend(added.map(|value| self.added(Part::new(value, None), old.contains(value))));
        sorted(changes)
    }

    /// Something new. A namesake in the older contract is told apart from it.
    fn added(&self, part: Part, namesake: bool) -> Change {
        let note = format!("Not what {} has under this name.", self.older.name());
        Change {
            kind: Kind::New,
            was: None,
            now: Some(part),
            written_as: None,
            note: namesake.then_some(note),
        }
    }
}

fn change(was: Part, now: Option<Part>, row: Row<'_>) -> Change {
    let kind = match &now {
        None => Kind::Gone,
        Some(_) if row.written_as.is_some() => Kind::Replaced,
        Some(now) if was.name != now.name => Kind::Renamed,
        Some(now) if was.kind != now.kind => Kind::Retyped,
        Some(_) => Kind::Same,
    };
    Change {
        kind,
        was: Some(was),
        now,
        written_as: row.written_as.map(str::to_owned),
        note: row.note.map(str::to_owned),
    }
}

/// What two lists of names have and have not in common.
fn by_name(old: Vec<String>, new: Vec<String>) -> Vec<Change> {
    let part = |name: &String| Part::new(name, None);
    let mut changes: Vec<_> = old
        .iter()
        .map(|name| {
            let now = new.contains(name).then(|| part(name));
            change(part(name), now, Row::default())
        })
        .collect();
    let added = new.iter().filter(|name| !old.contains(name));
    changes.extend(added.map(|name| Change {
        kind: Kind::New,
        was: None,
        now: Some(part(name)),
        written_as: None,
        note: None,
    }));
    sorted(changes)
}

/// What needs work first, each kind in the order of the contracts.
fn sorted(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|change| change.kind);
    changes
}

fn lone(kind: Kind, was: Option<Endpoint>, now: Option<Endpoint>) -> OperationChange {
    OperationChange {
        kind,
        was,
        now,
        credentials: Vec::new(),
        parameters: Vec::new(),
        headers: Vec::new(),
        answer_headers: Vec::new(),
        failures: Vec::new(),
    }
}

fn endpoint(operation: Operation<'_>) -> Endpoint {
    Endpoint {
        operation: operation.id().to_owned(),
        method: operation.method(),
        host: operation.contract.servers().join(","),
        path: operation.path().to_owned(),
    }
}

fn parameter_words(parameter: &Parameter<'_>) -> String {
    let kind = match parameter.schema_name {
        Some(name) => name.to_owned(),
        None => type_words(parameter.schema),
    };
    match parameter.value["required"] == true {
        true => format!("{kind}, required"),
        false => kind,
    }
}

/// The members that lead from one type to another, by the shortest way.
fn path_to(contract: &Contract, from: &str, to: &str) -> Option<Vec<String>> {
    let mut open = VecDeque::from([(from.to_owned(), Vec::new())]);
    let mut seen = BTreeSet::from([from.to_owned()]);
    while let Some((name, path)) = open.pop_front() {
        if name == to {
            return Some(path);
        }
        for (member, property) in contract.properties(&name).into_iter().flatten() {
            if let Some(next) = referred(property)
                && seen.insert(next.to_owned())
            {
                let mut path = path.clone();
                path.push(member.clone());
                open.push_back((next.to_owned(), path));
            }
        }
    }
    None
}

/// The types in bodies of these operations, sorted.
fn reachable(contract: &Contract, operations: &[Operation<'_>]) -> Vec<String> {
    let mut open: Vec<String> = operations
        .iter()
        .flat_map(|operation| {
            [
                operation.request_type(),
                operation.success_schema(),
                operation.failure_schema(),
            ]
        })
        .flatten()
        .map(str::to_owned)
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        let properties = contract.properties(&name).into_iter().flatten();
        let next = properties.filter_map(|(_, property)| referred(property).map(str::to_owned));
        let next: Vec<String> = next.collect();
        if reached.insert(name) {
            open.extend(next);
        }
    }
    reached.into_iter().collect()
}

/// Lines of the report are broken before this column where they can be.
const WIDTH: usize = 100;

impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "From {} to {}", self.from, self.to)?;
        writeln!(f, "\nOperations")?;
        for operation in &self.operations {
            let kind = operation.kind;
            match (&operation.was, &operation.now) {
                (Some(was), Some(now)) if kind != Kind::Same => {
                    writeln!(f, "  {kind:<9} {}", was.operation)?;
                    writeln!(f, "            {was}")?;
                    writeln!(f, "         -> {now}")?;
                }
                (was, now) => {
                    for endpoint in now.iter().chain(was).take(1) {
                        writeln!(f, "  {kind:<9} {:<16} {endpoint}", endpoint.operation)?;
                    }
                }
            }
        }
        for operation in &self.operations {
            let Some(id) = operation.was.as_ref().map(|was| &was.operation) else {
                continue;
            };
            for (title, changes) in [
                ("Credentials", &operation.credentials),
                ("Parameters", &operation.parameters),
                ("Headers of the request", &operation.headers),
                ("Headers of the answer", &operation.answer_headers),
                ("Status codes of failures", &operation.failures),
            ] {
                section(f, &format!("{title}, {id}"), changes)?;
            }
        }
        for change in &self.types {
            let title = match change.was == change.now {
                true => change.was.clone(),
                false => format!("{} -> {}", change.was, change.now),
            };
            section(f, &title, &change.members)?;
        }
        for (title, names) in [
            ("Types that are gone", &self.gone_types),
            ("Types that are new", &self.new_types),
        ] {
            if !names.is_empty() {
                writeln!(f, "\n{title}")?;
                wrapped(f, "  ", names.iter().map(String::as_str))?;
            }
        }
        Ok(())
    }
}

/// One line for each change; what stays is named together.
fn section(f: &mut fmt::Formatter<'_>, title: &str, changes: &[Change]) -> fmt::Result {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    // With nothing to say but its name.
    let plain = |change: &&Change| {
        let bare = [Kind::Gone, Kind::New].contains(&change.kind)
            && change.note.is_none()
            && detail(change).is_empty();
        change.kind == Kind::Same || bare
    };
    let lines: Vec<_> = changes.iter().filter(|change| !plain(change)).collect();
    let name = |change: &Change| match (&change.was, &change.now) {
        (Some(was), Some(now)) if was.name != now.name => format!("{} -> {}", was.name, now.name),
        _ => change.name().to_owned(),
    };
    let width = lines
        .iter()
        .map(|change| name(change).chars().count())
        .max()
        .unwrap_or(0);
    for change in lines {
        let detail = detail(change);
        let line = format!("  {:<9} {:<width$}  {detail}", change.kind, name(change));
        writeln!(f, "{}", line.trim_end())?;
        if let Some(note) = change.note.as_ref().filter(|note| **note != detail) {
            writeln!(f, "{:12}{note}", "")?;
        }
    }
    for kind in [Kind::Gone, Kind::New, Kind::Same] {
        let names = changes.iter().filter(|change| change.kind == kind);
        let names: Vec<_> = names.filter(plain).map(Change::name).collect();
        if !names.is_empty() {
            wrapped(f, &format!("  {kind:<9} "), names.into_iter())?;
        }
    }
    Ok(())
}

/// What a line says beside kind and name.
fn detail(change: &Change) -> String {
    let kind = |part: &Option<Part>| part.as_ref().and_then(|part| part.kind.clone());
    match (
        &change.written_as,
        kind(&change.was),
        kind(&change.now),
        &change.note,
    ) {
        (Some(written_as), ..) => written_as.clone(),
        // What it was matters less than what there is instead.
        (None, _, None, Some(note)) if change.kind == Kind::Gone => note.clone(),
        (None, Some(was), Some(now), _) if was != now => format!("{was} -> {now}"),
        (None, was, now, _) => now.or(was).unwrap_or_default(),
    }
}

/// Names separated by commas, on as many lines as they need.
fn wrapped<'a>(
    f: &mut fmt::Formatter<'_>,
    start: &str,
    names: impl Iterator<Item = &'a str>,
) -> fmt::Result {
    let mut line = start.to_owned();
    let mut first = true;
    for name in names {
        if !first {
            line.push(',');
            if line.len() + 1 + name.len() > WIDTH {
                writeln!(f, "{line}")?;
                line = " ".repeat(start.len());
            } else {
                line.push(' ');
            }
        }
        first = false;
        line.push_str(name);
    }
    writeln!(f, "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLDER: &str = r##"
openapi: 3.0.3
servers: [{ url: "https://old.example.com" }]
security: [{ app: [] }, { appPlusUser: [] }]
paths:
  /v1/things:
    get:
      operationId: listThings
      parameters:
        - { name: kind, in: query, schema: { type: string } }
        - { name: mine, in: query, schema: { type: string } }
        - { name: top, in: query, schema: { type: integer } }
        - { name: X-Old, in: header, schema: { type: string } }
      responses:
        "200":
          headers: { X-Id: {} }
          content: { application/json: { schema: { $ref: "#/components/schemas/Things" } } }
        "400":
          content: { application/json: { schema: { $ref: "#/components/schemas/Fault" } } }
  /v1/things/{id}/archive:
    post: { operationId: archiveThing, responses: { "204": {} } }
components:
  schemas:
    Things: { properties: { items: { type: array, items: { $ref: "#/components/schemas/Thing" } } } }
    Thing:
      properties:
        id: { type: string }
        kind: { $ref: "#/components/schemas/Color" }
        price: { type: number, format: decimal }
        source: { type: string }
        maker: { type: string }
        stray: { $ref: "#/components/schemas/Stray" }
    Stray: { properties: { x: { type: string } } }
    Color: { type: string, enum: [Red, Blue, Grey] }
    Fault: { properties: { text: { type: string } } }
"##;

    const NEWER: &str = r##"
openapi: 3.0.3
info:
  x-replaces:
    old:
      listThings.kind: { by: listThings.$filter, as: "color eq '{value}'" }
      listThings.mine: { note: Not offered. }
      Things.items: { by: Page.value }
      Thing.kind: { by: Thing.color }
      Thing.maker: { by: Company.name }
      Thing.source: { by: Thing.origin }
      Color.Blue: { by: Shade.Navy, as: "color Blue, shade Navy" }
      Fault.text: { by: Reason.message }
servers: [{ url: "https://new.example.com" }]
security: [{ appPlusUser: [] }]
paths:
  /v2/things:
    get:
      operationId: listThings
      parameters:
        - { name: $filter, in: query, schema: { type: string } }
        - { name: top, in: query, required: true, schema: { type: integer } }
        - { name: X-New, in: header, schema: { type: string } }
      responses:
        "200":
          headers: { X-Id: {}, ETag: {} }
          content: { application/json: { schema: { $ref: "#/components/schemas/Page" } } }
        "429":
          content: { application/json: { schema: { $ref: "#/components/schemas/Failure" } } }
    post: { operationId: createThing, responses: { "201": {} } }
components:
  schemas:
    JsonNull: { enum: [null] }
    Page: { properties: { value: { type: array, items: { $ref: "#/components/schemas/Thing" } } } }
    Thing:
      properties:
        id: { type: string, nullable: true }
        color: { anyOf: [{ $ref: "#/components/schemas/Color" }, { $ref: "#/components/schemas/JsonNull" }] }
        shade: { $ref: "#/components/schemas/Shade" }
        price: { type: string }
        source: { type: string }
        origin: { type: string }
        company: { $ref: "#/components/schemas/Company" }
    Company: { properties: { name: { type: string }, city: { type: string } } }
    Color: { type: string, enum: [Red, Blue, Green] }
    Shade: { type: string, enum: [Navy] }
    Failure: { properties: { reason: { $ref: "#/components/schemas/Reason" } } }
    Reason: { properties: { message: { type: string } } }
"##;

    fn migration() -> Migration {
        let read = |name, text| Contract::parse(name, text).expect("YAML");
        read("old", OLDER).migration(&read("new", NEWER))
    }

    /// `kind name -> name: type -> type | as | note`, without what is not there.
    fn shown(changes: &[Change]) -> Vec<String> {
        changes
            .iter()
            .map(|change| {
                let part = |part: &Option<Part>| {
                    part.as_ref().map(|part| match &part.kind {
                        Some(kind) => format!("{} ({kind})", part.name),
                        None => part.name.clone(),
                    })
                };
                let mut text = change.kind.to_string();
                for more in [part(&change.was), part(&change.now)] {
                    text.push_str(&format!(" {}", more.as_deref().unwrap_or("-")));
                }
                for more in [&change.written_as, &change.note].into_iter().flatten() {
                    text.push_str(&format!(" | {more}"));
                }
                text
            })
            .collect()
    }

    #[test]
    fn operations_are_the_same_by_their_id() {
        let migration = migration();
        let operations: Vec<_> = migration
            .operations
            .iter()
            .map(|operation| {
                let text = |endpoint: &Option<Endpoint>| {
                    endpoint
                        .as_ref()
                        .map_or("-".to_owned(), ToString::to_string)
                };
                format!(
                    "{}: {} / {}",
                    operation.kind,
                    text(&operation.was),
                    text(&operation.now)
                )
            })
            .collect();
        assert_eq!(
            operations,
            [
                "replaced: GET https://old.example.com/v1/things / GET https://new.example.com/v2/things",
                "gone: POST https://old.example.com/v1/things/{id}/archive / -",
                "new: - / POST https://new.example.com/v2/things",
            ]
        );
        let list = &migration.operations[0];
        assert_eq!(
            shown(&list.credentials),
            ["gone App -", "same App+User App+User"]
        );
        assert_eq!(
            shown(&list.answer_headers),
            ["new - ETag", "same X-Id X-Id"]
        );
        assert_eq!(shown(&list.failures), ["gone 400 -", "new - 429"]);
    }

    #[test]
    fn parameters_say_what_stands_in_for_them() {
        let list = &migration().operations[0];
        assert_eq!(
            shown(&list.parameters),
            [
                "replaced kind (string) $filter (string) | color eq '{value}'",
                "retyped top (integer) top (integer, required)",
                "gone mine (string) - | Not offered.",
            ]
        );
        assert_eq!(
            shown(&list.headers),
            ["gone X-Old (string) -", "new - X-New (string)"]
        );
    }

    #[test]
    fn types_are_followed_through_what_was_renamed() {
        let migration = migration();
        let of = |name: &str| {
            let found = migration.types.iter().find(|change| change.was == name);
            shown(&found.expect(name).members)
        };
        assert_eq!(
            of("Things"),
            ["renamed items (array of Thing) value (array of Thing)"]
        );
        assert_eq!(
            of("Thing"),
            [
                "renamed kind (Color) color (Color)",
                "renamed maker (string) company.name (string)",
                "renamed source (string) origin (string)",
                "retyped price (number (decimal)) price (string)",
                "gone stray (Stray) -",
                "new - shade (Shade)",
                "new - source (string) | Not what old has under this name.",
                "same id (string) id (string)",
            ]
        );
        assert_eq!(
            of("Color"),
            [
                "replaced Blue Shade.Navy | color Blue, shade Navy",
                "gone Grey -",
                "new - Blue | Not what old has under this name.",
                "new - Green",
                "same Red Red",
            ]
        );
        assert_eq!(
            of("Fault"),
            ["renamed text (string) reason.message (string)"]
        );
        assert_eq!(migration.gone_types, ["Stray"]);
        assert_eq!(migration.new_types, ["Company", "Reason", "Shade"]);
    }

    #[test]
    fn a_contract_next_to_itself_has_nothing_but_the_same() {
        for name in Contract::names() {
            let contract = Contract::named(name).expect("a contract");
            let migration = contract.migration(&contract);
            let operations = &migration.operations;
            assert!(
                operations
                    .iter()
                    .all(|operation| operation.kind == Kind::Same)
            );
            let changes = migration.types.iter().flat_map(|change| &change.members);
            let other: Vec<_> = changes.filter(|change| change.kind != Kind::Same).collect();
            assert!(other.is_empty(), "{name}: {other:#?}");
            assert!(migration.new_types.is_empty() && migration.gone_types.is_empty());
        }
    }

    /// A developer who migrates is told what to do without each thing that is gone.
    #[test]
    fn nothing_of_v1_is_gone_without_a_word() {
        let named = |name| Contract::named(name).expect("a contract");
        let migration = named("v1").migration(&named("engagements"));
        let list = &migration.operations[0];
        let changes = list.parameters.iter().chain(&list.headers);
        let changes = changes.chain(migration.types.iter().flat_map(|change| &change.members));
        let silent: Vec<_> = changes
            .filter(|change| change.kind == Kind::Gone && change.note.is_none())
            .collect();
        assert!(silent.is_empty(), "{silent:#?}");
    }

    #[test]
    fn names_that_stay_are_wrapped() {
        let text = Contract::named("v1").expect("v1");
        let text = text.migration(&text).to_string();
        assert!(text.contains(",\n            "), "{text}");
        let longest = text.lines().map(|line| line.chars().count()).max();
        assert!(longest.is_some_and(|longest| longest <= WIDTH), "{text}");
    }
}
