//! What the time is.
//!
//! There is one for signing in, which is that of this machine, and one for referrals,
//! which begins where their data ends and stands still, so that the same calls have the
//! same answers. A clock that is given drives both, and both can be put forward.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use crate::data::{DAY, NOW, SECOND};

/// Tells the time.
pub(crate) type Now = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The first change comes this many seconds after the moment at which the data
/// was made: some of it was changed in the last second before.
const FIRST_CHANGE: i64 = 10;

/// Where the time of referrals begins, in ticks.
const BEGIN: i64 = (NOW + FIRST_CHANGE) * SECOND;

pub(crate) struct Clock {
    /// One that is given, and what it showed in the beginning.
    given: Option<(Now, SystemTime)>,
    /// How far it was put forward, in ticks.
    advanced: AtomicI64,
    /// Where the time of referrals began, in ticks.
    began: AtomicI64,
}

impl Clock {
    pub(crate) fn new(given: Option<Now>) -> Self {
        Self {
            given: given.map(|now| (now.clone(), now())),
            advanced: AtomicI64::new(0),
            began: AtomicI64::new(BEGIN),
        }
    }

    /// The time for signing in.
    pub(crate) fn wall(&self) -> SystemTime {
        let now = self.unmoved();
        let advanced = self.advanced.load(Ordering::Relaxed);
        let by = Duration::from_nanos(advanced.unsigned_abs().saturating_mul(100));
        let moved = match advanced < 0 {
            true => now.checked_sub(by),
            false => now.checked_add(by),
        };
        moved.unwrap_or(now)
    }

    /// The same, however far it was moved: what is waited by.
    pub(crate) fn unmoved(&self) -> SystemTime {
        match &self.given {
            Some((now, _)) => now(),
            None => SystemTime::now(),
        }
    }

    /// The time of referrals, in ticks.
    pub(crate) fn ticks(&self) -> i64 {
        let passed = self.given.as_ref().map(|(now, then)| {
            let passed = now().duration_since(*then).unwrap_or_default();
            ticks(passed)
        });
        let advanced = self.advanced.load(Ordering::Relaxed);
        let began = self.began.load(Ordering::Relaxed);
        began
            .saturating_add(advanced)
            .saturating_add(passed.unwrap_or_default())
    }

    /// Puts both forward.
    pub(crate) fn advance(&self, by: Duration) {
        self.shift(ticks(by));
    }

    /// Moves both by these seconds, back when there are fewer than none.
    pub(crate) fn jump(&self, seconds: i64) {
        self.shift(seconds.saturating_mul(SECOND).clamp(-MOST, MOST));
    }

    /// How many seconds both were moved in all.
    pub(crate) fn moved_by(&self) -> i64 {
        self.advanced.load(Ordering::Relaxed) / SECOND
    }

    fn shift(&self, by: i64) {
        let sum = |advanced: i64| Some((advanced + by).clamp(-MOST, MOST));
        // It always says a sum.
        let _ = self
            .advanced
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum);
    }

    /// Begins anew: nothing was moved, and the time of referrals is that of the beginning.
    pub(crate) fn restart(&self) {
        self.advanced.store(0, Ordering::Relaxed);
        let ahead = self.ticks() - BEGIN;
        self.began.fetch_sub(ahead, Ordering::Relaxed);
    }

    /// Is not behind this time, which was reached by changes or by another sandbox.
    pub(crate) fn go_on_from(&self, time: i64) {
        let behind = (time - self.ticks()).max(0);
        self.began.fetch_add(behind, Ordering::Relaxed);
    }
}

/// A thousand years: years of more than four digits are no times on the wire.
const MOST: i64 = 1_000 * 366 * DAY;

fn ticks(duration: Duration) -> i64 {
    (duration.as_nanos() / 100).min(MOST as u128) as i64
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("ticks", &self.ticks())
            .finish_non_exhaustive()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn the_time_of_referrals_stands_still_unless_a_clock_is_given() {
        let begin = (NOW + FIRST_CHANGE) * SECOND;
        let still = Clock::new(None);
        assert_eq!(still.ticks(), begin);
        still.advance(Duration::from_millis(1_500));
        assert_eq!(still.ticks(), begin + SECOND * 3 / 2);
        assert!(still.wall() > SystemTime::now());

        let seconds = Arc::new(AtomicU64::new(1_000));
        let shown = seconds.clone();
        let now =
            move || SystemTime::UNIX_EPOCH + Duration::from_secs(shown.load(Ordering::Relaxed));
        let given = Clock::new(Some(Arc::new(now)));
        seconds.store(1_030, Ordering::Relaxed);
        given.advance(Duration::from_secs(5));
        assert_eq!(given.ticks(), begin + 35 * SECOND);
        let wall = given.wall().duration_since(SystemTime::UNIX_EPOCH);
        assert_eq!(wall.expect("later"), Duration::from_secs(1_035));
        given.go_on_from(begin + 100 * SECOND);
        given.go_on_from(begin + 50 * SECOND);
        assert_eq!(given.ticks(), begin + 100 * SECOND);
        given.advance(Duration::MAX);
        given.advance(Duration::MAX);
        assert!(given.ticks() > begin);
        given.restart();
        assert_eq!((given.ticks(), given.moved_by()), (begin, 0));
        seconds.store(1_040, Ordering::Relaxed);
        assert_eq!(given.ticks(), begin + 10 * SECOND);
    }
}
