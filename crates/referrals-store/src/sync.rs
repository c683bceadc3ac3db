//! Bringing a database up to date.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow::{self, Continue};
use std::pin::pin;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures_util::StreamExt as _;
use referrals::drift::Drift;
use referrals::engagements::{Filter, Referral};
use referrals::{Raw, Referrals};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Row as _};

use crate::Error;
use crate::database::{Database, lock, unusable};

/// How far a sync looks back behind what it knows.
const OVERLAP: Duration = Duration::from_secs(5 * 60);

/// A sync that was not begun yet. Made by [`Database::sync`].
#[must_use = "a database is brought up to date by `run`"]
pub struct Sync<'a> {
    database: &'a mut Database,
    referrals: &'a Referrals,
    source: String,
    full: bool,
    overlap: Duration,
    now: Option<DateTime<Utc>>,
    on_change: Option<OnChange<'a>>,
}

type OnChange<'a> = Box<dyn FnMut(Change<'_>) -> ControlFlow<()> + Send + 'a>;

/// Later times than this after now are mistakes: nothing was read until then.
const TOMORROW: TimeDelta = TimeDelta::days(1);

impl fmt::Debug for Sync<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sync")
            .field("source", &self.source)
            .field("full", &self.full)
            .field("overlap", &self.overlap)
            .finish_non_exhaustive()
    }
}

/// What became of a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was not there.
    New,
    /// It was there as another.
    Changed,
    /// It was missing, and is there again as it was.
    Returned,
    /// The whole list was without it: nobody can delete a referral, so the user may have
    /// left its team.
    Missing,
}

/// A referral that is not as it was.
#[derive(Debug, Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct Change<'a> {
    /// What became of it.
    #[serde(rename = "change")]
    pub kind: ChangeKind,
    /// The id.
    pub id: &'a str,
    /// It, as it is now, or as it was when it was last seen.
    pub referral: &'a RawValue,
}

/// What a sync did.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// Whose changes were asked for: those since then, or everybody's.
    pub since: Option<String>,
    /// How many pages were read.
    pub pages: u64,
    /// How many referrals were in them.
    pub read: u64,
    /// How many of them were not there before.
    pub new: u64,
    /// How many were there as others.
    pub changed: u64,
    /// How many were missing and are there again.
    pub returned: u64,
    /// How many of those there are a whole list was without.
    pub missing: u64,
    /// How many were left out: no JSON that can be read, or no id that is a text.
    pub unreadable: u64,
    /// How many there are now.
    pub total: u64,
    /// Whether whoever was told of changes wanted no more. The next sync goes on.
    pub stopped: bool,
    /// What the contract does not know.
    #[serde(skip)]
    pub drift: Drift,
}

impl<'a> Sync<'a> {
    pub(crate) fn new(
        database: &'a mut Database,
        referrals: &'a Referrals,
        source: String,
    ) -> Self {
        Self {
            database,
            referrals,
            source,
            full: false,
            overlap: OVERLAP,
            now: None,
            on_change: None,
        }
    }

    /// Asks for everything, not only for what was changed since the last sync. That finds
    /// what the user may no longer see, and changes that did not touch `updatedDateTime`.
    /// The first sync does.
    pub fn full(mut self) -> Self {
        self.full = true;
        self
    }

    /// How far to look back behind the last change that is known, five minutes when not
    /// called: a change may show in the list a while after its time.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.overlap = overlap;
        self
    }

    /// What the time is, that of this machine when not called. It is noted beside what was
    /// found.
    pub fn at(mut self, now: DateTime<Utc>) -> Self {
        self.now = Some(now);
        self
    }

    /// Tells what is new, changed or missing, as soon as it is in the database, until it is
    /// answered with [`ControlFlow::Break`]. Each change is told at most once: of a process
    /// that ends in between nobody is told, and `changed_at` in the database has it.
    pub fn on_change(
        mut self,
        tell: impl FnMut(Change<'_>) -> ControlFlow<()> + Send + 'a,
    ) -> Self {
        self.on_change = Some(Box::new(tell));
        self
    }

    /// Reads what was changed since the last sync, and keeps it.
    ///
    /// Referrals come in the order of their last change, and each page is kept as a whole.
    /// Broken off at any moment, a sync is taken up where it was by the next one.
    ///
    /// # Errors
    ///
    /// As every call to the service, and when the file cannot be written or has the
    /// referrals of another source.
    pub async fn run(self) -> Result<Report, Error> {
        let path = self.database.path().to_owned();
        let _lock = lock(&path)?;
        let now = self.now.unwrap_or_else(Utc::now);
        let file = |error| unusable(&path, error);
        let connection = &mut self.database.connection;
        let source = source_of(connection, &self.source).await.map_err(file)?;
        if source.name != self.source {
            return Err(Error::OtherSource {
                path,
                theirs: source.name,
                ours: self.source,
            });
        }
        let known = source.watermark.filter(|_| !self.full);
        let since = known.map(|known| {
            let overlap = TimeDelta::from_std(self.overlap).ok();
            let since = overlap.and_then(|overlap| known.checked_sub_signed(overlap));
            since.unwrap_or_default().max(DateTime::UNIX_EPOCH)
        });
        let mut list = self
            .referrals
            .engagements()
            .list()
            .order_by("updatedDateTime");
        if let Some(since) = since {
            list = list.filter(Filter::updated_since(&since.into()));
        }
        let mut report = Report {
            since: since.map(written),
            ..Report::default()
        };
        let began = noted(now);
        let number = begin(connection, &began, report.since.as_deref()).await;
        let mut run = Run {
            number: number.map_err(file)?,
            now: began,
            latest: now + TOMORROW,
            before: source.watermark,
            newest: known,
            in_order: true,
            last: None,
        };
        let mut tell = self.on_change.unwrap_or_else(|| Box::new(|_| Continue(())));
        let mut pages = pin!(list.pages());
        while let Some(page) = pages.next().await {
            let page = page?;
            report.pages += 1;
            report.drift.merge(page.drift());
            let records = page.into_records();
            let changes = run.keep(connection, &records, &mut report).await;
            for (kind, id, place) in changes.map_err(file)? {
                if let Ok(referral) = serde_json::from_str(records[place].json()) {
                    let id = &id;
                    report.stopped |= tell(Change { kind, id, referral }).is_break();
                }
                if report.stopped {
                    return Ok(report);
                }
            }
        }
        let ended = noted(self.now.unwrap_or_else(Utc::now));
        let missing = run.end(connection, &ended, &mut report).await;
        for (id, json) in &missing.map_err(file)? {
            if let Ok(referral) = serde_json::from_str(json) {
                let kind = ChangeKind::Missing;
                report.stopped |= tell(Change { kind, id, referral }).is_break();
            }
            if report.stopped {
                break;
            }
        }
        Ok(report)
    }
}

struct Source {
    name: String,
    watermark: Option<DateTime<Utc>>,
}

/// Whose referrals there are. In a new file it is this one's.
async fn source_of(connection: &mut SqliteConnection, ours: &str) -> sqlx::Result<Source> {
    let mut change = connection.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query("SELECT name, watermark FROM source");
    let source = match row.fetch_optional(&mut *change).await? {
        Some(row) => {
            let watermark: Option<String> = row.try_get("watermark")?;
            Source {
                name: row.try_get("name")?,
                watermark: watermark.as_deref().and_then(instant),
            }
        }
        None => {
            let insert = sqlx::query("INSERT INTO source (name) VALUES (?)").bind(ours);
            insert.execute(&mut *change).await?;
            Source {
                name: ours.to_owned(),
                watermark: None,
            }
        }
    };
    change.commit().await?;
    Ok(source)
}

/// Notes that a run begins, and gives it its number.
async fn begin(
    connection: &mut SqliteConnection,
    now: &str,
    since: Option<&str>,
) -> sqlx::Result<i64> {
    let insert = sqlx::query("INSERT INTO runs (began_at, since) VALUES (?, ?)");
    let done = insert.bind(now).bind(since).execute(connection).await?;
    Ok(done.last_insert_rowid())
}

/// A run in the middle.
struct Run {
    number: i64,
    now: String,
    /// Until when times can be true.
    latest: DateTime<Utc>,
    /// How far was read before this run.
    before: Option<DateTime<Utc>>,
    /// The last change that this run knows of.
    newest: Option<DateTime<Utc>>,
    /// Whether all came in the order of their changes until now. If not, only the end tells
    /// how far was read.
    in_order: bool,
    last: Option<DateTime<Utc>>,
}

impl Run {
    /// Keeps a page, all of it or nothing, and says which of it is new or changed.
    async fn keep(
        &mut self,
        connection: &mut SqliteConnection,
        records: &[Raw<Referral>],
        report: &mut Report,
    ) -> sqlx::Result<Vec<(ChangeKind, String, usize)>> {
        let (mut changes, mut unreadable) = (Vec::new(), 0);
        let was_in_order = self.in_order;
        // That a page goes on in the order shows that the one before it left nothing out.
        let settled = self.newest;
        let mut change = connection.begin_with("BEGIN IMMEDIATE").await?;
        for (place, record) in records.iter().enumerate() {
            let json = record.json();
            let Some((id, updated)) = known(json) else {
                unreadable += 1;
                continue;
            };
            self.in_order &= updated.is_some() && updated >= self.last;
            self.last = updated.or(self.last);
            self.newest = self.newest.max(updated.filter(|time| *time <= self.latest));
            if let Some(kind) = self.put(&mut change, &id, json).await? {
                changes.push((kind, id, place));
            }
        }
        match (was_in_order, self.in_order) {
            (_, true) => put_forward(&mut change, settled).await?,
            // What was taken for read may not have been.
            (true, false) => put_watermark(&mut change, self.before).await?,
            (false, false) => {}
        }
        change.commit().await?;
        report.read += records.len() as u64;
        report.unreadable += unreadable;
        for (kind, ..) in &changes {
            match kind {
                ChangeKind::New => report.new += 1,
                ChangeKind::Returned => report.returned += 1,
                _ => report.changed += 1,
            }
        }
        Ok(changes)
    }

    async fn put(
        &self,
        connection: &mut SqliteConnection,
        id: &str,
        json: &str,
    ) -> sqlx::Result<Option<ChangeKind>> {
        let before = "SELECT json, missing_since IS NOT NULL FROM referrals WHERE id = ?";
        let before = sqlx::query_as(before).bind(id);
        let before: Option<(String, bool)> = before.fetch_optional(&mut *connection).await?;
        let Some((before, was_missing)) = before else {
            let insert = "INSERT INTO referrals (id, json, first_seen_at, changed_at, last_run) \
                          VALUES (?1, ?2, ?3, ?3, ?4)";
            let insert = sqlx::query(insert).bind(id).bind(json);
            let insert = insert.bind(&self.now).bind(self.number);
            insert.execute(connection).await?;
            return Ok(Some(ChangeKind::New));
        };
        if is_same(&before, json) {
            let seen = "UPDATE referrals SET last_run = ?2, missing_since = NULL WHERE id = ?1";
            let seen = sqlx::query(seen).bind(id).bind(self.number);
            seen.execute(connection).await?;
            return Ok(was_missing.then_some(ChangeKind::Returned));
        }
        let was = "INSERT INTO history (referral_id, until, json) VALUES (?, ?, ?)";
        let was = sqlx::query(was).bind(id).bind(&self.now).bind(before);
        was.execute(&mut *connection).await?;
        let update = "UPDATE referrals SET json = ?2, changed_at = ?3, last_run = ?4, \
                      missing_since = NULL WHERE id = ?1";
        let update = sqlx::query(update).bind(id).bind(json);
        let update = update.bind(&self.now).bind(self.number);
        update.execute(connection).await?;
        Ok(Some(ChangeKind::Changed))
    }

    /// Notes how far was read and, when that was everything, what was not there. Says what
    /// that is.
    async fn end(
        &self,
        connection: &mut SqliteConnection,
        ended: &str,
        report: &mut Report,
    ) -> sqlx::Result<Vec<(String, String)>> {
        let mut change = connection.begin_with("BEGIN IMMEDIATE").await?;
        let mut missing = Vec::new();
        if report.since.is_none() {
            let find = "UPDATE referrals SET missing_since = ?1 \
                        WHERE last_run < ?2 AND missing_since IS NULL RETURNING id, json";
            let find = sqlx::query_as(find).bind(&self.now).bind(self.number);
            missing = find.fetch_all(&mut *change).await?;
        }
        report.missing = missing.len() as u64;
        match report.since {
            Some(_) => put_forward(&mut change, self.newest).await?,
            // Whatever was taken for read before.
            None => put_watermark(&mut change, self.newest).await?,
        }
        let total =
            sqlx::query_scalar("SELECT count(*) FROM referrals WHERE missing_since IS NULL");
        let total: i64 = total.fetch_one(&mut *change).await?;
        report.total = total.cast_unsigned();
        let end = "UPDATE runs SET ended_at = ?2, read = ?3, new = ?4, changed = ?5, missing = ?6 \
                   WHERE number = ?1";
        let end = sqlx::query(end).bind(self.number).bind(ended);
        let end = [report.read, report.new, report.changed, report.missing]
            .into_iter()
            .fold(end, |end, count| end.bind(count.cast_signed()));
        end.execute(&mut *change).await?;
        change.commit().await?;
        Ok(missing)
    }
}

/// Notes that everything that was changed until then has been read.
async fn put_forward(
    connection: &mut SqliteConnection,
    until: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    let update = "UPDATE source SET watermark = ?1 \
                  WHERE ?1 IS NOT NULL AND (watermark IS NULL OR watermark < ?1)";
    let update = sqlx::query(update).bind(until.map(written));
    update.execute(connection).await?;
    Ok(())
}

/// The same, or less than was noted before.
async fn put_watermark(
    connection: &mut SqliteConnection,
    until: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    let update = sqlx::query("UPDATE source SET watermark = ?").bind(until.map(written));
    update.execute(connection).await?;
    Ok(())
}

/// The id of a referral and when it was changed. All of it has to be readable, or SQL could
/// not read it either: its depth is limited, and texts are texts.
fn known(json: &str) -> Option<(String, Option<DateTime<Utc>>)> {
    let referral: Value = serde_json::from_str(json).ok()?;
    let id = referral.get("id")?.as_str()?;
    let updated = referral.get("updatedDateTime").and_then(Value::as_str);
    (!id.is_empty()).then(|| (id.to_owned(), updated.and_then(instant)))
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let time: referrals::DateTime = text.parse().ok()?;
    Some(time.to_utc())
}

/// A time as it is noted beside referrals.
fn noted(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A time that can be compared as a text.
fn written(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string()
}

/// The same referral. Its links say where it was read, so they do not count.
fn is_same(one: &str, other: &str) -> bool {
    let members = |json| {
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
        members.remove("links");
        Some(members)
    };
    if one == other {
        return true;
    }
    let (Some(one), Some(other)) = (members(one), members(other)) else {
        return false;
    };
    one.len() == other.len()
        && one
            .iter()
            .zip(&other)
            .all(|((name, value), (other_name, other))| {
                name == other_name && value.get() == other.get()
            })
}
