//! Holding values against their forms.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate};
use referrals_model::Decimal;

use super::forms::{By, Form, STAGE_WORDS, STAGES, meant_by, nearest};
use super::rules::{
    COUNTRY, CURRENCY, DATE_READABLE, DATE_UTC, EMAIL_SHAPE, MEMBER_CASE, MEMBER_ONCE, MEMBER_TYPE,
    NUMBER_NOT_NEGATIVE, NUMBER_NOT_TEXT, SALES_STAGE, SET_BY_SERVICE, TAXONOMY, UNKNOWN_MEMBER,
};
use super::view::{Kind, View, described, shown};
use super::{Finding, Findings, Rule, Severity, forms};

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    findings: Vec<(usize, Finding)>,
    /// Whether it is found in a deal, of which more is demanded.
    of_deal: bool,
}

impl Found {
    /// Nothing so far, in a deal.
    pub(super) fn of_deal() -> Self {
        Self {
            of_deal: true,
            ..Self::default()
        }
    }

    fn severity(&self, rule: &Rule) -> Severity {
        match self.of_deal {
            true => rule.of_deals,
            false => rule.severity,
        }
    }

    /// A rule is broken at this place.
    pub(super) fn add(&mut self, rule: &Rule, at: &View<'_>, message: impl Into<String>) {
        let finding = Finding {
            rule: rule.id,
            severity: self.severity(rule),
            path: at.path.clone(),
            message: message.into(),
            page: rule.page,
        };
        self.findings.push((at.at, finding));
    }

    /// Calls what breaks one rule at a place a break of another.
    pub(super) fn rename(&mut self, at: &View<'_>, from: &Rule, to: &Rule) {
        let severity = self.severity(to);
        for (_, finding) in &mut self.findings {
            if finding.path == at.path && finding.rule == from.id {
                finding.rule = to.id;
                finding.severity = severity;
                finding.page = to.page;
            }
        }
    }

    /// Leaves out what is found at places that do not matter.
    pub(super) fn retain(&mut self, matters: impl Fn(&str) -> bool) {
        self.findings.retain(|(_, finding)| matters(&finding.path));
    }

    /// All of it in the order of the text.
    pub(super) fn in_order(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|(at, _)| *at);
        self.findings
            .into_iter()
            .map(|(_, finding)| finding)
            .collect()
    }

    pub(super) fn finish(self) -> Findings {
        Findings(self.in_order())
    }
}

/// From whom a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    /// The caller, who leaves out what the service sets.
    Caller,
    /// The caller, who registers a deal.
    Registrant,
    /// The service, or the caller who changed what it sent.
    Service,
}

/// Holds a value, and all that is in it, against its form.
pub(super) fn walk(found: &mut Found, view: &View<'_>, form: &Form, writer: Writer) {
    if !view.is_set() {
        return;
    }
    match form {
        Form::Any => {}
        Form::Object(_) | Form::Solution => {
            if expect(found, view, Kind::Object, "an object") {
                members(found, view, form, writer);
                if matches!(form, Form::Solution) && view.get("type").is("Category") {
                    advise(
                        found,
                        &view.get("id"),
                        "solutions of the type Category",
                        forms::SOLUTIONS,
                    );
                }
            }
        }
        Form::List(form) => {
            if expect(found, view, Kind::Array, "an array") {
                for item in view.items() {
                    walk(found, &item, form, writer);
                }
            }
        }
        Form::Flag => {
            expect(found, view, Kind::Flag, "true or false");
        }
        Form::Number => number(found, view),
        Form::Text => {
            expect(found, view, Kind::Text, "text");
        }
        _ if !expect(found, view, Kind::Text, "text") => {}
        Form::Email => email(found, view),
        Form::Country => letters(found, view, COUNTRY, 2),
        Form::Currency => letters(found, view, CURRENCY, 3),
        Form::Time => time(found, view),
        Form::Choice(rule, values) => choose(found, view, rule, values),
        Form::Advice(what, values) => advise(found, view, what, values),
        Form::Stage => {
            let is_one = |values: &[&str]| values.iter().any(|value| view.is(value));
            if view.is_filled() && !is_one(STAGES) && !is_one(STAGE_WORDS) {
                let message = format!(
                    "{} is no sales stage that is known: write one of {}",
                    shown(view),
                    STAGES.join(", ")
                );
                found.add(SALES_STAGE, view, message);
            }
        }
    }
}

/// Whether a value has the type it should have.
fn expect(found: &mut Found, view: &View<'_>, kind: Kind, wanted: &str) -> bool {
    let is = view.kind();
    if is == kind {
        return true;
    }
    let hint = match (kind, is) {
        (Kind::Flag, Kind::Text) if view.is("true") || view.is("false") => {
            ": take the quotes away, since the text \"false\" may be taken for true"
        }
        (Kind::Flag, _) => ": write true or false without quotes",
        (Kind::Array, Kind::Object) => ": put it into brackets",
        (Kind::Text, Kind::Number | Kind::Flag) => ": put it into quotes",
        _ => ": write that, or leave the member out",
    };
    let message = format!("{} stands where {wanted} has to be{hint}", described(view));
    found.add(MEMBER_TYPE, view, message);
    false
}

fn members(found: &mut Found, view: &View<'_>, form: &Form, writer: Writer) {
    let fields = form.fields();
    let mut names = BTreeSet::new();
    for (name, value) in view.members() {
        let exact = fields.iter().find(|field| field.name == name);
        let similar = || {
            let mut fields = fields.iter();
            fields.find(|field| field.name.eq_ignore_ascii_case(&name))
        };
        let Some(field) = exact.or_else(similar) else {
            // Of OData's own there are any number.
            if !(writer == Writer::Service && name.starts_with("@odata.")) {
                unknown(found, &value, &name, form, writer);
            }
            continue;
        };
        if exact.is_none() {
            let message = format!(
                "nobody promises that the service takes this name for {name}: write {name}",
                name = field.name
            );
            found.add(MEMBER_CASE, &value, message);
        }
        if !names.insert(field.name) {
            let message = format!(
                "{} is there more than once, and which one counts is not said: keep one",
                field.name
            );
            found.add(MEMBER_ONCE, &value, message);
        }
        match (field.by, writer) {
            (By::Service, Writer::Caller | Writer::Registrant) if value.is_set() => {
                let message = "the service sets it itself, and ignores or refuses this one: leave \
                               it out";
                found.add(SET_BY_SERVICE, &value, message);
            }
            (By::LaterCaller, Writer::Caller) if value.is_set() => {
                let message = "a deal is registered when it is won, by a patch that adds to \
                               /registrations/-: leave it out";
                found.add(SET_BY_SERVICE, &value, message);
            }
            (By::Service, Writer::Service) => {}
            _ => walk(found, &value, &field.form, writer),
        }
    }
}

fn unknown(found: &mut Found, view: &View<'_>, name: &str, form: &Form, writer: Writer) {
    if writer == Writer::Caller && name.starts_with("@odata.") {
        let message = "the service sets it itself, and refuses to take it back: leave it out";
        return found.add(SET_BY_SERVICE, view, message);
    }
    let meant = meant_by(name, form.fields());
    let meant = meant.unwrap_or_else(|| "the service may ignore or refuse it".to_owned());
    let message = format!("no page and no answer of the service has this member: {meant}");
    found.add(UNKNOWN_MEMBER, view, message);
}

fn number(found: &mut Found, view: &View<'_>) {
    let text = match view.kind() {
        Kind::Text => view.text(),
        _ => Some(view.json().to_owned()),
    };
    let number = text.and_then(|text| text.trim().parse::<Decimal>().ok());
    match (view.kind(), number) {
        (Kind::Text, Some(_)) => {
            let message =
                "a number in quotes stands where a number has to be: take the quotes away";
            found.add(NUMBER_NOT_TEXT, view, message);
        }
        (Kind::Number, Some(number)) => {
            let digits = |text: &str| text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
            // The digits behind the e say nothing about the sign.
            let mantissa = number.as_str().split(['e', 'E']).next();
            if mantissa.is_some_and(|text| text.starts_with('-') && digits(text)) {
                let message = "the number is negative: write 0 or more";
                found.add(NUMBER_NOT_NEGATIVE, view, message);
            }
        }
        _ => {
            expect(found, view, Kind::Number, "a number");
        }
    }
}

/// A light look: what a mail server takes is its own business.
fn email(found: &mut Found, view: &View<'_>) {
    let text = view.text().unwrap_or_default();
    if text.is_empty() {
        return;
    }
    let blank = text.contains(char::is_whitespace);
    let fits = text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && !domain.contains('@') && domain.split('.').all(|part| !part.is_empty())
    });
    if blank || !fits {
        let message = format!(
            "{} stands where an e-mail address has to be: write one such as ada@example.com",
            described(view)
        );
        found.add(EMAIL_SHAPE, view, message);
    }
}

/// So many upper-case letters.
fn letters(found: &mut Found, view: &View<'_>, rule: &'static Rule, count: usize) {
    let text = view.text().unwrap_or_default();
    let fits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if fits || text.is_empty() {
        return;
    }
    let (what, wanted) = match count {
        2 => ("country", "two upper-case letters (ISO 3166-1), such as US"),
        _ => (
            "currency",
            "three upper-case letters (ISO 4217), such as USD",
        ),
    };
    let message = format!("{} is no {what}: write its {wanted}", shown(view));
    found.add(rule, view, message);
}

fn time(found: &mut Found, view: &View<'_>) {
    let text = view.text().unwrap_or_default();
    match DateTime::parse_from_rfc3339(&text) {
        Ok(time) if time.offset().local_minus_utc() == 0 => {}
        Ok(time) => {
            let utc = time.to_utc().format("%Y-%m-%dT%H:%M:%S%.fZ");
            let message = format!("{} is not in UTC: write {utc}", shown(view));
            found.add(DATE_UTC, view, message);
        }
        Err(_) if DateTime::parse_from_rfc3339(&format!("{text}Z")).is_ok() => {
            let message = format!(
                "{} does not say in which zone it is: write it in UTC, with a Z at its end",
                shown(view)
            );
            found.add(DATE_UTC, view, message);
        }
        Err(_) => {
            let day = ["%Y-%m-%d", "%m/%d/%Y"];
            let day = day.map(|form| NaiveDate::parse_from_str(&text, form).ok());
            let wanted = day.into_iter().flatten().next().map_or_else(
                || "one such as 2027-06-30T00:00:00Z".to_owned(),
                |day| {
                    format!(
                        "{}T00:00:00Z, or which time of the day it is",
                        day.format("%Y-%m-%d")
                    )
                },
            );
            let message = format!("{} is no date and time: write {wanted}", shown(view));
            found.add(DATE_READABLE, view, message);
        }
    }
}

fn choose(found: &mut Found, view: &View<'_>, rule: &'static Rule, values: &[&str]) {
    let Some(text) = view.text() else { return };
    if values.contains(&text.as_str()) {
        return;
    }
    let wanted = match nearest(&text, values.iter().copied()) {
        Some(near) => format!("{near} may be what is meant"),
        None => format!("there are {}", values.join(", ")),
    };
    let message = format!("{} is none of the documented values: {wanted}", shown(view));
    found.add(rule, view, message);
}

fn advise(found: &mut Found, view: &View<'_>, what: &str, values: &[&'static str]) {
    let Some(text) = view.text().filter(|text| !text.is_empty()) else {
        return;
    };
    if values.contains(&text.as_str()) {
        return;
    }
    let near = nearest(&text, values.iter().copied()).or_else(|| {
        let common = |value: &str| {
            let pairs = value.bytes().zip(text.bytes());
            pairs.take_while(|(one, other)| one == other).count()
        };
        let best = values.iter().copied().max_by_key(|value| common(value));
        best.filter(|value| common(value) >= 4)
    });
    let near = match near {
        Some(near) => format!("{near} comes nearest"),
        None => format!("they are written like {}", values[0]),
    };
    let message = format!(
        "{} is none of the {what} that are listed: {near}",
        shown(view)
    );
    found.add(TAXONOMY, view, message);
}
