//! `referrals validate`

use std::io::{self, Write as _};
use std::process::ExitCode;

use referrals::Raw;
use referrals::engagements::classification::DealType;
use referrals::engagements::validation::{self, Findings, RULES};
use referrals::engagements::{NewReferral, PatchOperation};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::arguments::{DocumentKind, ReportFormat, Validate};
use crate::failure::{Failure, INVALID};
use crate::input::{Document, Shape};

/// What was checked, and what was found.
#[derive(Debug, Serialize)]
struct Report {
    document: DocumentKind,
    /// What kind of deal a new referral is, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<DealType>,
    errors: usize,
    warnings: usize,
    findings: Findings,
}

pub(crate) fn run(arguments: &Validate) -> Result<ExitCode, Failure> {
    let mut stdout = io::stdout().lock();
    let Some(file) = &arguments.file else {
        list_rules(&mut stdout, arguments.output)?;
        return Ok(ExitCode::SUCCESS);
    };
    let document = Document::read(file)?;
    let report = match &arguments.against {
        Some(before) => change(&Document::read(before)?, &document)?,
        None => check(&document, arguments.kind)?,
    };
    match arguments.output {
        ReportFormat::Json => writeln!(stdout, "{}", pretty(&report)?)?,
        ReportFormat::Text => {
            write!(stdout, "{}", report.findings)?;
            writeln!(stdout, "{}: {}", document.source, report.summary())?;
        }
    }
    stdout.flush()?;
    let refused = report.errors > 0 || arguments.strict && report.warnings > 0;
    Ok(match refused {
        true => ExitCode::from(INVALID),
        false => ExitCode::SUCCESS,
    })
}

impl Report {
    fn new(document: DocumentKind, deal: Option<DealType>, findings: Findings) -> Self {
        let errors = findings.errors();
        Self {
            document,
            deal,
            errors,
            warnings: findings.len() - errors,
            findings,
        }
    }

    fn summary(&self) -> String {
        let document = match (self.document, self.deal) {
            (DocumentKind::New, Some(deal)) => format!("a new referral, {deal}"),
            (DocumentKind::New, None) => "a new referral".to_owned(),
            (DocumentKind::Deal, Some(deal)) => format!("a deal, {deal}"),
            (DocumentKind::Deal, None) => "a deal".to_owned(),
            (DocumentKind::NewReferrals, _) => "new referrals".to_owned(),
            (DocumentKind::Deals, _) => "deals".to_owned(),
            (DocumentKind::Patch, _) => "a patch".to_owned(),
            (DocumentKind::Change, _) => "a change".to_owned(),
        };
        let count = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            count => format!("{count} {what}s"),
        };
        match self.findings.is_empty() {
            true => format!("{document}: nothing is wrong"),
            false => format!(
                "{document}: {}, {}",
                count(self.errors, "error"),
                count(self.warnings, "warning")
            ),
        }
    }
}

fn check(document: &Document, kind: Option<DocumentKind>) -> Result<Report, Failure> {
    let refused = |what: &str| Err(Failure::usage(format!("{} {what}", document.source)));
    let items = match document.shape() {
        Shape::Object => None,
        Shape::Array => Some(items(document)?),
        Shape::Other => {
            return refused("holds neither a referral (an object) nor a patch (an array)");
        }
    };
    let kind = match (kind, &items) {
        (Some(DocumentKind::New), Some(_)) => DocumentKind::NewReferrals,
        (Some(DocumentKind::Deal), Some(_)) => DocumentKind::Deals,
        (Some(kind), _) => kind,
        (None, None) => DocumentKind::New,
        (None, Some(items)) if items.is_empty() => {
            return refused(
                "holds an empty array: there is nothing to check; with --as patch it is taken \
                 for a patch",
            );
        }
        (None, Some(items)) if items.iter().any(|item| is_operation(item)) => DocumentKind::Patch,
        (None, Some(_)) => DocumentKind::NewReferrals,
    };
    let items = items.unwrap_or_else(|| vec![document.json.clone()]);
    if kind == DocumentKind::Patch {
        let operations: Vec<Raw<PatchOperation>> = items.into_iter().map(Raw::from).collect();
        let findings = validation::check_patch(&operations);
        return Ok(Report::new(kind, None, findings));
    }
    // The API takes less than the pages on deals demand of one.
    let check = match kind {
        DocumentKind::Deal | DocumentKind::Deals => validation::check_deal,
        _ => validation::check_new,
    };
    let referrals: Vec<Raw<NewReferral>> = items.into_iter().map(Raw::from).collect();
    if let ([referral], DocumentKind::New | DocumentKind::Deal) = (&*referrals, kind) {
        let deal = referral.get().ok().and_then(|referral| {
            DealType::of(Some(&referral.consent), referral.invite_context.as_ref())
        });
        let findings = check(referral);
        return Ok(Report::new(kind, deal, findings));
    }
    let numbered = referrals.iter().enumerate();
    let findings = numbered.flat_map(|(index, referral)| {
        let findings = check(referral).into_iter();
        findings.map(move |mut finding| {
            finding.path.insert_str(0, &format!("/{index}"));
            finding
        })
    });
    Ok(Report::new(kind, None, findings.collect()))
}

fn items(document: &Document) -> Result<Vec<Box<RawValue>>, Failure> {
    serde_json::from_str(document.json.get())
        .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", document.source)))
}

/// Whether it looks like an operation of a patch rather than like a referral.
fn is_operation(item: &RawValue) -> bool {
    #[derive(serde::Deserialize)]
    struct Operation {
        op: Option<serde::de::IgnoredAny>,
        path: Option<serde::de::IgnoredAny>,
    }
    let read = serde_json::from_str::<Operation>(item.get());
    read.is_ok_and(|operation| operation.op.is_some() || operation.path.is_some())
}

fn change(before: &Document, after: &Document) -> Result<Report, Failure> {
    for document in [before, after] {
        if document.shape() != Shape::Object {
            return Err(Failure::usage(format!(
                "{} holds no object: --against is for two states of one referral, as `referrals \
                 get -o json` prints it and as it is to be",
                document.source
            )));
        }
    }
    let [before, after] = [before, after].map(|document| document.json.clone().into());
    let findings = validation::check_change(&before, &after);
    Ok(Report::new(DocumentKind::Change, None, findings))
}

fn list_rules(out: &mut impl io::Write, output: ReportFormat) -> Result<(), Failure> {
    match output {
        ReportFormat::Json => writeln!(out, "{}", pretty(&RULES)?)?,
        ReportFormat::Text => {
            for rule in RULES {
                let (severity, id, page) = (rule.severity, rule.id, rule.page);
                let deal = match rule.of_deals == severity {
                    true => String::new(),
                    false => format!(" With --as deal: {}.", rule.of_deals),
                };
                writeln!(
                    out,
                    "{severity:7}  {id:24}  {}{deal} ({page})",
                    rule.statement
                )?;
            }
        }
    }
    Ok(out.flush()?)
}

fn pretty(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Failure::failed(format!("cannot write JSON: {error}")))
}
