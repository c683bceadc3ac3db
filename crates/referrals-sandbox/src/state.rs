//! Changes in a file, so that they are there when a sandbox starts again.
//!
//! The file is a log: a first line that says which data it belongs to, then a line for
//! each change with the referral as it became. Each line has its length and the beginning
//! of its SHA-256 in front, so a line that was not written to its end is known as such and
//! cut off. A change is answered when its line is on disk; changes that come meanwhile
//! share the next write.
//!
//! An embedded store would do the same with pages: what is damaged in the middle of one
//! takes everything with it, here all that was before is kept, and can be read by eye.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{error, fmt};

use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::data::{Data, EDITION};
use crate::json::Json;

/// Why a state file cannot be used. It is the inner error of what
/// [`Builder::start`](crate::Builder::start) says.
#[derive(Debug)]
pub struct StateError {
    kind: io::ErrorKind,
    message: String,
}

impl StateError {
    fn new(kind: io::ErrorKind, path: &Path, reason: impl fmt::Display) -> Self {
        Self {
            kind,
            message: format!("cannot use the state file {}: {reason}", path.display()),
        }
    }

    fn io(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |error| Self::new(error.kind(), path, error)
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for StateError {}

impl From<StateError> for io::Error {
    fn from(error: StateError) -> Self {
        Self::new(error.kind, error)
    }
}

/// What a line of the file says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// The time of referrals, in ticks.
    pub(crate) time: i64,
    /// A referral as it became. Without one only the time went on.
    pub(crate) put: Option<Put>,
}

/// A referral in one of its versions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Put {
    pub(crate) number: u64,
    pub(crate) version: u64,
    pub(crate) document: Json,
}

impl Entry {
    fn line(&self) -> Vec<u8> {
        line(&match &self.put {
            None => self.time.to_string(),
            // Last, so that nothing limits how deep it is.
            Some(put) => format!(
                "{} {} {} {}",
                self.time, put.number, put.version, put.document
            ),
        })
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let time = parts.next()?.parse().ok()?;
        let put = match parts.next() {
            None => None,
            Some(number) => Some(Put {
                number: number.parse().ok()?,
                version: parts.next()?.parse().ok()?,
                document: Json::read(parts.next()?).ok()?,
            }),
        };
        Some(Self { time, put })
    }
}

/// Digits of the length, and of the digest.
const LENGTH: usize = 8;
const DIGEST: usize = 16;

/// What is in front of the text of a line.
const FRAME: usize = LENGTH + 1 + DIGEST + 1;

fn line(text: &str) -> Vec<u8> {
    format!("{:08x} {} {text}\n", text.len(), digest(text)).into_bytes()
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    let digest = digest[..DIGEST / 2].iter();
    digest.map(|byte| format!("{byte:02x}")).collect()
}

/// The text of the line that these bytes begin with, if it is intact.
fn first_line(bytes: &[u8]) -> Option<&str> {
    let length = str::from_utf8(bytes.get(..LENGTH)?).ok()?;
    let length = usize::from_str_radix(length, 16).ok()?;
    let end = FRAME.checked_add(length)?;
    let framed = str::from_utf8(bytes.get(..end)?).ok()?;
    let text = framed.get(FRAME..)?;
    let intact = framed.get(LENGTH..FRAME)? == format!(" {} ", digest(text))
        && bytes.get(end) == Some(&b'\n');
    intact.then_some(text)
}

/// Which data a file belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin(String);

impl Origin {
    fn of(data: &Data) -> Self {
        Self(format!(
            "referrals sandbox 1, data {EDITION}, {} referrals, seed {}",
            data.count(),
            data.seed()
        ))
    }

    /// The first line of a new file. Its last part tells one file from the next.
    fn first_line(&self) -> Vec<u8> {
        line(&format!("{}, file {}", self.0, Uuid::new_v4().simple()))
    }

    /// The first line of a file, which has to be of the same data.
    fn check<'a>(&self, bytes: &'a [u8], path: &Path) -> Result<Option<&'a str>, StateError> {
        let refuse = |reason: String| StateError::new(io::ErrorKind::InvalidInput, path, reason);
        let Some(text) = first_line(bytes) else {
            // Whoever made it did not come to the end of the first line, so nothing was
            // changed yet.
            let begun = format!("{:08x} ", self.0.len() + 39);
            if bytes.is_empty() || (!bytes.contains(&b'\n') && same_begin(bytes, begun.as_bytes()))
            {
                return Ok(None);
            }
            return Err(refuse(
                "it is no state file of a sandbox, or its first line is damaged; use another \
                 file, or remove it to start anew"
                    .to_owned(),
            ));
        };
        let other = text
            .rsplit_once(", file ")
            .map_or(text, |(origin, _)| origin);
        match other == self.0 {
            true => Ok(Some(text)),
            false => Err(refuse(format!(
                "it was made for other data ({other}), this is ({}); start with the same \
                 number of referrals and the same seed, use another file, or remove it to start \
                 anew",
                self.0
            ))),
        }
    }
}

fn same_begin(one: &[u8], other: &[u8]) -> bool {
    one.iter().zip(other).all(|(one, other)| one == other)
}

/// What was found in a file.
#[derive(Debug, Default)]
struct Contents {
    entries: Vec<Entry>,
    /// How long the part is that can be used, with the first line.
    intact: usize,
    /// Whether something intact comes behind it.
    more: bool,
    /// How much of it was overtaken by later lines.
    overtaken: usize,
}

fn contents(bytes: &[u8]) -> Contents {
    let length = |text: &str| FRAME + text.len() + 1;
    let mut found = Contents {
        intact: first_line(bytes).map_or(0, length),
        ..Contents::default()
    };
    let mut latest = std::collections::HashMap::new();
    while let Some(text) = first_line(&bytes[found.intact..]) {
        let Some(entry) = Entry::read(text) else {
            break;
        };
        let number = entry.put.as_ref().map(|put| put.number);
        found.overtaken += latest.insert(number, length(text)).unwrap_or_default();
        found.intact += length(text);
        found.entries.push(entry);
    }
    // Lines begin behind others, where those end or say that they end.
    let rest = &bytes[found.intact..];
    let ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let said = rest
        .get(..LENGTH)
        .and_then(|length| str::from_utf8(length).ok());
    let said = said.and_then(|length| usize::from_str_radix(length, 16).ok());
    let said = said.and_then(|length| length.checked_add(FRAME));
    found.more = ends
        .map(|(end, _)| end)
        .chain(said)
        .filter_map(|end| rest.get(end.checked_add(1)?..))
        .any(|rest| first_line(rest).is_some());
    found
}

/// Files longer than this are written anew when half of them was overtaken.
const LONG: usize = 64 * 1024;

/// A file that nobody else writes to for now.
#[derive(Debug)]
struct Opened {
    file: File,
    entries: Vec<Entry>,
    note: Option<String>,
    mark: Mark,
}

/// What tells whether somebody wrote to a file since: its first line, and its length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mark(Vec<u8>, u64);

/// Opens a file that is locked, repairs what was not written to its end, and makes it
/// short again.
fn open(path: &Path, origin: &Origin) -> Result<Opened, StateError> {
    let failed = StateError::io(path);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    private(&mut options);
    let mut file = options.open(path).map_err(&failed)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(&failed)?;
    let mut found = Contents::default();
    if origin.check(&bytes, path)?.is_some() {
        found = contents(&bytes);
    }
    let mut note = None;
    let beyond = bytes.len() - found.intact;
    if beyond > 0 && found.intact > 0 {
        let mut text = format!(
            "the state file {} ends with {beyond} bytes that were not written to their end; they \
             were cut off",
            path.display()
        );
        if found.more {
            // More than what was being written at the end: somebody may want it back.
            let aside = beside(path, "damaged");
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            private(&mut options);
            let copy = options
                .open(&aside)
                .and_then(|mut copy| copy.write_all(&bytes));
            copy.map_err(&failed)?;
            text = format!(
                "the state file {} is damaged {} bytes from its beginning; what comes behind was \
                 cut off, and is in {}",
                path.display(),
                found.intact,
                aside.display()
            );
        }
        note = Some(text);
    }
    bytes.truncate(found.intact);
    if found.intact == 0 {
        bytes = origin.first_line();
        file.set_len(0).map_err(&failed)?;
        file.rewind().map_err(&failed)?;
        file.write_all(&bytes).map_err(&failed)?;
        file.sync_all().map_err(&failed)?;
        sync_folder(path);
    } else if beyond > 0 {
        file.set_len(bytes.len() as u64).map_err(&failed)?;
        file.sync_all().map_err(&failed)?;
    } else if found.intact > LONG && found.overtaken > found.intact / 2 {
        bytes = shortened(path, origin, &found.entries).map_err(&failed)?;
        file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(&failed)?;
    }
    file.seek(SeekFrom::End(0)).map_err(&failed)?;
    let first = first_line(&bytes).map_or(0, |text| FRAME + text.len() + 1);
    Ok(Opened {
        file,
        entries: found.entries,
        note,
        mark: Mark(bytes[..first].to_vec(), bytes.len() as u64),
    })
}

/// Writes a file anew, with the latest of each.
fn shortened(path: &Path, origin: &Origin, entries: &[Entry]) -> io::Result<Vec<u8>> {
    let mut latest = std::collections::BTreeMap::new();
    let mut time = i64::MIN;
    for entry in entries {
        time = time.max(entry.time);
        if let Some(put) = &entry.put {
            latest.insert(put.number, entry);
        }
    }
    let mut bytes = origin.first_line();
    for entry in latest.values() {
        bytes.extend(entry.line());
    }
    bytes.extend(Entry { time, put: None }.line());
    replace(path, &bytes)?;
    Ok(bytes)
}

/// Puts a file with these bytes in place of another: there is always one of them. It is
/// open at its end.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let new = beside(path, "new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    private(&mut options);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_folder(path);
    Ok(file)
}

/// A file whose name has something behind it.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    name.into()
}

/// Only the user reads it: what people try out may be about real people.
pub(crate) fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// Makes the name of a file as lasting as the file. Not every system can.
fn sync_folder(path: &Path) {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

/// The lock is a file of its own: the other one is replaced when it is written anew.
fn lock_file(path: &Path) -> Result<File, StateError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    private(&mut options);
    options
        .open(beside(path, "lock"))
        .map_err(StateError::io(path))
}

/// How a sandbox has its state file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// For itself, from start to end.
    Alone,
    /// Each change of it is one among those of others.
    Shared,
}

/// A change could not be written down.
#[derive(Debug, Clone)]
pub(crate) struct Unwritten(pub(crate) String);

impl From<StateError> for Unwritten {
    fn from(error: StateError) -> Self {
        Self(error.message)
    }
}

/// Tells when a change is on disk.
#[derive(Debug)]
pub(crate) struct Ticket(Option<oneshot::Receiver<Result<(), Unwritten>>>);

impl Ticket {
    /// There is nothing to wait for.
    pub(crate) fn done() -> Self {
        Self(None)
    }

    pub(crate) async fn settled(self) -> Result<(), Unwritten> {
        match self.0 {
            None => Ok(()),
            Some(answer) => answer.await.unwrap_or_else(|_| {
                Err(Unwritten(
                    "the sandbox ended before it was written".to_owned(),
                ))
            }),
        }
    }
}

/// The changes that are in a file.
#[derive(Debug)]
pub(crate) struct State {
    path: PathBuf,
    origin: Origin,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Alone(Writer),
    Shared(Mutex<Mark>),
}

/// What to do with the file.
#[derive(Debug)]
enum Work {
    Write(Vec<u8>),
    /// Forget all that is in it, and begin with this line.
    Begin(Vec<u8>),
}

/// What to do, and whom to tell when it is done.
type Job = (Work, oneshot::Sender<Result<(), Unwritten>>);

/// Writes lines, many at once when they come faster than the disk is.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<Sender<Job>>,
    worker: Option<JoinHandle<()>>,
}

/// How long a change waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);

/// What a file had in it when it was opened, and what there is to say of it.
#[derive(Debug, Default)]
pub(crate) struct Restored {
    pub(crate) entries: Vec<Entry>,
    pub(crate) note: Option<String>,
}

impl State {
    pub(crate) fn open(
        path: PathBuf,
        data: &Data,
        sharing: Sharing,
    ) -> Result<(Self, Restored), StateError> {
        let origin = Origin::of(data);
        if sharing == Sharing::Shared {
            let (mark, entries) = read(&path, &origin)?;
            let way = Way::Shared(Mutex::new(mark));
            let restored = Restored {
                entries,
                note: None,
            };
            return Ok((Self { path, origin, way }, restored));
        }
        let lock = lock_file(&path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StateError::new(
                io::ErrorKind::ResourceBusy,
                &path,
                "another sandbox uses it; end that one, or use another file",
            ),
            TryLockError::Error(error) => StateError::io(&path)(error),
        })?;
        let opened = open(&path, &origin)?;
        let way = Way::Alone(
            Writer::start(opened.file, lock, path.clone()).map_err(StateError::io(&path))?,
        );
        let restored = Restored {
            entries: opened.entries,
            note: opened.note,
        };
        Ok((Self { path, origin, way }, restored))
    }

    /// Writes down that the time went on, sooner or later.
    pub(crate) fn pass(&self, time: i64) {
        if let Way::Alone(writer) = &self.way {
            // Nobody waits for it.
            drop(writer.send(Work::Write(Entry { time, put: None }.line())));
        }
    }

    /// The first line of a file in which nothing is changed.
    pub(crate) fn beginning(&self) -> Vec<u8> {
        self.origin.first_line()
    }

    /// Takes the turn of a change. With what others have changed since, if they did: all
    /// that there is now.
    pub(crate) fn enter(&self) -> Result<(Turn<'_>, Option<Vec<Entry>>), Unwritten> {
        let mark = match &self.way {
            Way::Alone(writer) => return Ok((Turn::Alone(writer), None)),
            Way::Shared(mark) => mark,
        };
        let mut mark = mark.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = lock_file(&self.path)?;
        let mut waited = Duration::ZERO;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if waited < PATIENCE => {
                    thread::sleep(PAUSE);
                    waited += PAUSE;
                }
                Err(TryLockError::WouldBlock) => {
                    let reason = "another sandbox uses it; end that one first";
                    let kind = io::ErrorKind::ResourceBusy;
                    return Err(StateError::new(kind, &self.path, reason).into());
                }
                Err(TryLockError::Error(error)) => {
                    return Err(StateError::io(&self.path)(error).into());
                }
            }
        }
        let opened = open(&self.path, &self.origin)?;
        let unchanged = opened.mark == *mark || (mark.0.is_empty() && opened.entries.is_empty());
        *mark = opened.mark;
        let turn = Turn::Shared {
            file: opened.file,
            mark,
            path: &self.path,
            _lock: lock,
        };
        Ok((turn, (!unchanged).then_some(opened.entries)))
    }
}

/// Reads a file that others may write to.
fn read(path: &Path, origin: &Origin) -> Result<(Mark, Vec<Entry>), StateError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
        Err(error) => return Err(StateError::io(path)(error)),
    };
    if origin.check(&bytes, path)?.is_none() {
        return Ok(Default::default());
    }
    let first = first_line(&bytes).map_or(0, |text| FRAME + text.len() + 1);
    let found = contents(&bytes);
    let mark = Mark(bytes[..first].to_vec(), found.intact as u64);
    Ok((mark, found.entries))
}

/// The turn of a change.
#[derive(Debug)]
pub(crate) enum Turn<'a> {
    Alone(&'a Writer),
    Shared {
        file: File,
        mark: std::sync::MutexGuard<'a, Mark>,
        path: &'a Path,
        _lock: File,
    },
}

impl Turn<'_> {
    /// Writes down what was changed.
    pub(crate) fn write(&mut self, entry: &Entry) -> Result<Ticket, Unwritten> {
        let line = entry.line();
        match self {
            Self::Alone(writer) => Ok(writer.send(Work::Write(line))),
            Self::Shared {
                file, mark, path, ..
            } => {
                let written = file.write_all(&line).and_then(|()| file.sync_data());
                written.map_err(StateError::io(path))?;
                mark.1 += line.len() as u64;
                Ok(Ticket::done())
            }
        }
    }
}

impl Turn<'_> {
    /// Forgets what was changed. The file has this line then, which no file had before.
    pub(crate) fn begin(&mut self, first: Vec<u8>) -> Result<Ticket, Unwritten> {
        match self {
            Self::Alone(writer) => Ok(writer.send(Work::Begin(first))),
            Self::Shared {
                file, mark, path, ..
            } => {
                *file = replace(path, &first).map_err(StateError::io(path))?;
                **mark = Mark(first.clone(), first.len() as u64);
                Ok(Ticket::done())
            }
        }
    }
}

impl Writer {
    fn start(file: File, lock: File, path: PathBuf) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let worker = thread::Builder::new().name("state".to_owned());
        let worker = worker.spawn(move || {
            // Held for as long as anything may be written.
            let _lock = lock;
            let mut file = file;
            let mut broken: Option<Unwritten> = None;
            while let Ok(first) = queue.recv() {
                let mut jobs = vec![first];
                jobs.extend(queue.try_iter());
                if broken.is_none() {
                    let (mut begin, mut lines) = (None, Vec::new());
                    for (work, _) in &jobs {
                        match work {
                            Work::Write(line) => lines.extend(line),
                            // Nobody needs what comes before it.
                            Work::Begin(first) => {
                                begin = Some(first);
                                lines.clear();
                            }
                        }
                    }
                    let begun = begin.map_or(Ok(()), |first| {
                        file = replace(&path, first)?;
                        Ok(())
                    });
                    let written = begun
                        .and_then(|()| file.write_all(&lines))
                        .and_then(|()| file.sync_data());
                    // Nothing may come behind half a line.
                    broken = written
                        .err()
                        .map(|error| StateError::io(&path)(error).into());
                }
                for (_, answer) in jobs {
                    // Whoever asked may be gone.
                    let _ = answer.send(broken.clone().map_or(Ok(()), Err));
                }
            }
        })?;
        Ok(Self {
            jobs: Some(jobs),
            worker: Some(worker),
        })
    }

    fn send(&self, work: Work) -> Ticket {
        let (answer, answered) = oneshot::channel();
        if let Some(jobs) = &self.jobs {
            // Where the writer is gone the answer is, too, and that says it.
            let _ = jobs.send((work, answer));
        }
        Ticket(Some(answered))
    }
}

/// What was asked for is written before the file is given up.
impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(worker) = self.worker.take() {
            let _ = worker.join();
        }
    }
}

/// Makes a new beginning: nothing is changed any more.
///
/// # Errors
///
/// When the file is in use, or cannot be removed.
pub(crate) fn forget(path: &Path) -> Result<(), StateError> {
    if !path.exists() {
        return Ok(());
    }
    let lock = lock_file(path)?;
    if lock.try_lock().is_err() {
        let reason = "another sandbox uses it; end that one first";
        return Err(StateError::new(io::ErrorKind::ResourceBusy, path, reason));
    }
    fs::remove_file(path).map_err(StateError::io(path))
}

#[cfg(test)]
mod tests;
