//! What each member of a referral has to look like.

use referrals_model::engagements::{
    AssistanceRequestCode, ReferralQualification, ReferralStatus, ReferralSubstatus, ReferralType,
    SolutionType, TargetType,
};

use super::Rule;
use super::rules::{KNOWN_HELP, KNOWN_VALUE, REGISTRATION_VALUE};

/// What a value has to look like.
#[derive(Debug)]
pub(super) enum Form {
    /// Anything.
    Any,
    Text,
    Email,
    Country,
    Currency,
    Stage,
    Flag,
    Number,
    Time,
    /// One of these, or else that rule is broken.
    Choice(&'static Rule, &'static [&'static str]),
    /// Best one of these, which are called that.
    Advice(&'static str, &'static [&'static str]),
    /// A solution, whose id is a taxonomy's when its type says so.
    Solution,
    Object(&'static [Field]),
    List(&'static Form),
}

impl Form {
    /// The members, of an object.
    pub(super) fn fields(&self) -> &'static [Field] {
        match self {
            Self::Object(fields) => fields,
            Self::Solution => SOLUTION,
            _ => &[],
        }
    }
}

/// A member.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// Who sets it.
    pub(super) by: By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Caller,
    Service,
    /// The caller, but not before the deal is won.
    LaterCaller,
}

const fn own(name: &'static str, form: Form) -> Field {
    let by = By::Caller;
    Field { name, form, by }
}

const fn service(name: &'static str, form: Form) -> Field {
    let by = By::Service;
    Field { name, form, by }
}

pub(super) static REFERRAL: Form = Form::Object(&[
    service("@odata.context", Form::Text),
    service("id", Form::Text),
    own("engagementId", Form::Text),
    own("name", Form::Text),
    service("organizationId", Form::Text),
    service("organizationName", Form::Text),
    service("businessProfileId", Form::Text),
    own("externalReferenceId", Form::Text),
    service("createdDateTime", Form::Time),
    service("updatedDateTime", Form::Time),
    service("expirationDateTime", Form::Time),
    service("acceptedDateTime", Form::Time),
    service("closedDateTime", Form::Time),
    own(
        "status",
        Form::Choice(KNOWN_VALUE, ReferralStatus::KNOWN_VALUES),
    ),
    own(
        "substatus",
        Form::Choice(KNOWN_VALUE, ReferralSubstatus::KNOWN_VALUES),
    ),
    own("statusReason", Form::Text),
    own(
        "qualification",
        Form::Choice(KNOWN_VALUE, ReferralQualification::KNOWN_VALUES),
    ),
    own(
        "type",
        Form::Choice(KNOWN_VALUE, ReferralType::KNOWN_VALUES),
    ),
    service("referralSource", Form::Text),
    service("callToAction", Form::Text),
    service("eTag", Form::Text),
    service("direction", Form::Text),
    own("favorite", Form::Flag),
    own("campaignId", Form::Text),
    own("salesStage", Form::Stage),
    service("quality", Form::Text),
    service("isSpam", Form::Flag),
    own("mpnId", Form::Text),
    own("referralProgram", Form::Text),
    own("dealSensitivity", Form::Text),
    own("createdVia", Form::Text),
    own("lastModifiedVia", Form::Text),
    own("lastRunId", Form::Any),
    own("tags", Form::List(&Form::Text)),
    service("registrationStatus", Form::Text),
    own("target", Form::List(&TARGET)),
    own("customerProfile", CUSTOMER),
    own(
        "consent",
        Form::Object(&[
            own("consentToToShareInfoWithOthers", Form::Flag),
            own("consentToContact", Form::Flag),
            own("consentToShareReferralWithMicrosoftSellers", Form::Flag),
            own("consentToMicrosoftToContactSpecificPartners", Form::Flag),
        ]),
    ),
    own("details", DETAILS),
    own("customerMarketplaceIntent", Form::Text),
    own("team", Form::List(&PERSON)),
    own(
        "inviteContext",
        Form::Object(&[
            own("notes", Form::Text),
            own(
                "assistanceRequestCode",
                Form::Choice(KNOWN_HELP, AssistanceRequestCode::KNOWN_VALUES),
            ),
            own("invitedMpnId", Form::Text),
            own(
                "invitedBy",
                Form::Object(&[
                    own("organizationId", Form::Text),
                    own("organizationName", Form::Text),
                ]),
            ),
        ]),
    ),
    service(
        "links",
        Form::Object(&[own("relatedReferrals", LINK), own("self", LINK)]),
    ),
    service(
        "trackingInfo",
        Form::Object(&[
            own("microsoftMsxId", Form::Text),
            own("microsoftUSFedOpportunityId", Form::Text),
            own("microsoftUSFedLeadId", Form::Text),
            own("migratedPSCDealId", Form::Text),
            own("migratedPSCPartnerDealId", Form::Text),
        ]),
    ),
    Field {
        name: "registrations",
        form: Form::List(&REGISTRATION),
        by: By::LaterCaller,
    },
]);

const LINK: Form = Form::Object(&[own("uri", Form::Text), own("method", Form::Text)]);

const TARGET: Form = Form::Object(&[
    own("type", Form::Choice(KNOWN_VALUE, TargetType::KNOWN_VALUES)),
    own("id", Form::Text),
]);

const CUSTOMER: Form = Form::Object(&[
    own("name", Form::Text),
    own("size", Form::Advice("sizes", SIZES)),
    service("isMatchingComplete", Form::Flag),
    own(
        "address",
        Form::Object(&[
            own("addressLine1", Form::Text),
            own("addressLine2", Form::Text),
            own("city", Form::Text),
            own("state", Form::Text),
            own("postalCode", Form::Text),
            own("country", Form::Country),
            own("region", Form::Text),
        ]),
    ),
    own("team", Form::List(&PERSON)),
    own("ids", Form::Any),
]);

const PERSON: Form = Form::Object(&[
    own("firstName", Form::Text),
    own("lastName", Form::Text),
    own("phoneNumber", Form::Text),
    own("email", Form::Email),
    own("title", Form::Text),
    service("emailValidationStatus", Form::Text),
    service("phoneValidationStatus", Form::Text),
    own(
        "contactPreference",
        Form::Object(&[
            own("locale", Form::Text),
            own("disableNotifications", Form::Flag),
        ]),
    ),
]);

const DETAILS: Form = Form::Object(&[
    own("notes", Form::Text),
    own("dealValue", Form::Number),
    own("currency", Form::Currency),
    own("closingDateTime", Form::Time),
    own("customerRequestedContact", Form::Flag),
    own("customerAction", Form::Text),
    own("incentiveLevel", Form::Text),
    own(
        "requirements",
        Form::Object(&[
            own("industries", Form::List(&INDUSTRY)),
            own("products", Form::List(&PRODUCT)),
            own("services", Form::List(&SERVICE)),
            own("solutions", Form::List(&Form::Solution)),
            own("offers", Form::List(&Form::Any)),
            own("salesPlays", Form::List(&Form::Any)),
            own("additionalRequirements", ADDITIONAL),
        ]),
    ),
]);

const INDUSTRY: Form = Form::Object(&[own("id", Form::Advice("industries", INDUSTRIES))]);
const PRODUCT: Form = Form::Object(&[own("id", Form::Advice("products", PRODUCTS))]);
const SERVICE: Form = Form::Object(&[own("id", Form::Advice("services", SERVICES))]);

const SOLUTION: &[Field] = &[
    own("id", Form::Text),
    own("name", Form::Text),
    own(
        "type",
        Form::Choice(KNOWN_VALUE, SolutionType::KNOWN_VALUES),
    ),
    own("price", Form::Number),
    own("quantity", Form::Number),
    own("currency", Form::Currency),
    own("publisherName", Form::Text),
    own("solutionType", Form::Text),
    own("closingDateTime", Form::Time),
];

const ADDITIONAL: Form = Form::Object(&[
    own(
        "iot",
        Form::Object(&[
            own("customerLicenseAgreementNumber", Form::Text),
            own("deviceCategory", Form::Text),
            own("siliconType", Form::Text),
            own("azureCertifiedDevice", Form::Flag),
            own("attachServices", Form::Flag),
        ]),
    ),
    own("attributes", Form::List(&ATTRIBUTE)),
]);

const ATTRIBUTE: Form = Form::Object(&[own("id", Form::Text), own("type", Form::Text)]);

const REGISTRATION: Form = Form::Object(&[
    service("id", Form::Text),
    own("type", Form::Text),
    service("registrationDateTime", Form::Time),
    service("status", Form::Text),
    service("statusReason", Form::Text),
    own(
        "contract",
        Form::Object(&[
            own("value", Form::Number),
            own("currency", Form::Currency),
            own("startDateTime", Form::Time),
            own("endDateTime", Form::Time),
            own("signDateTime", Form::Time),
            own(
                "term",
                Form::Choice(REGISTRATION_VALUE, &["Perpetual", "Finite"]),
            ),
        ]),
    ),
    own("solutionDetails", Form::List(&REGISTERED_SOLUTION)),
    service(
        "statusHistory",
        Form::Object(&[
            own("reviewPendingDateTime", Form::Time),
            own("actionRequiredDateTime", Form::Time),
            own("passedDateTime", Form::Time),
            own("failedDateTime", Form::Time),
            own("approvedDateTime", Form::Time),
        ]),
    ),
]);

const REGISTERED_SOLUTION: Form = Form::Object(&[
    own("id", Form::Text),
    own("name", Form::Text),
    own("value", Form::Number),
    own("currency", Form::Currency),
    own("isDeployedOnAzure", Form::Flag),
    own(
        "primaryDeploymentOn",
        Form::Choice(REGISTRATION_VALUE, &["Customer", "Partner"]),
    ),
    own(
        "pricingModel",
        Form::Choice(REGISTRATION_VALUE, &["PayAsYouGo", "Other"]),
    ),
    own(
        "marketplaceTransactionDetails",
        Form::Object(&[
            own("isMarketplaceTransacted", Form::Flag),
            own("marketplaceTransactionDateTime", Form::Time),
        ]),
    ),
]);

/// An operation of a patch; its value is held against what its path leads to.
pub(super) static OPERATION: Form = Form::Object(&[
    own("op", Form::Any),
    own("path", Form::Any),
    own("value", Form::Any),
]);

/// How far a deal is: in percent in the user interface and on the wire, as words in the
/// connector (X14).
pub(super) const STAGES: &[&str] = &["10", "20", "40", "60", "80", "100"];
pub(super) const STAGE_WORDS: &[&str] = &["Qualify", "Develop", "Propose", "Close"];

const SIZES: &[&str] = &[
    "1to50employees",
    "51to500employees",
    "Morethan500employees",
    "1to9employees",
    "10to50employees",
    "51to250employees",
    "251to1000employees",
    "1001to5000employees",
    "5001to10000employees",
    "10001to20000employees",
    "Morethan20000employees",
];

const INDUSTRIES: &[&str] = &[
    "Agriculture, Forestry, & Fishing",
    "Communications & Media",
    "Education",
    "Financial Services",
    "Government",
    "Healthcare",
    "Hospitality",
    "Manufacturing",
    "Power & Utilities",
    "Public Safety and National Security",
    "Retail & Consumer Goods",
    "Services",
    "Travel & Transportation",
    "Wholesale & Distribution",
];

const PRODUCTS: &[&str] = &[
    "Azure",
    "EnterpriseMobilityAndSecurity",
    "Exchange",
    "DeveloperTools",
    "Dynamics365Business",
    "Dynamics365Enterprise",
    "DynamicsAX,GP,NAV,SL",
    "Microsoft365",
    "Office",
    "PowerBI",
    "Project",
    "SharePoint",
    "SkypeForBusiness",
    "Surface",
    "SurfaceHub",
    "SQL",
    "Teams",
    "Visio",
    "Windows",
    "Yammer",
];

const SERVICES: &[&str] = &[
    "ConsultingAndProfessional",
    "CustomSolution(ISV)",
    "DeploymentOrMigration",
    "Hardware",
    "Integration",
    "IPServices(ISV)",
    "LearningAndCertification",
    "Licensing",
    "ManagedServices",
    "ProjectServices",
];

pub(super) const SOLUTIONS: &[&str] = &[
    "AdvancedAnalytics",
    "ApplicationIntegration",
    "ArtificialIntelligence",
    "AzureSecurityOperationManagement",
    "AzureStack",
    "BackupDisasterRecovery",
    "BigData",
    "Blockchain",
    "Chatbot",
    "CloudDatabaseMigration",
    "CloudMigration",
    "CloudVoice",
    "CognitiveServices",
    "CompetitiveDatabaseMigration",
    "Containers",
    "DataWarehouse",
    "DatabaseonLinux",
    "DevelopmentandTest",
    "DevOps",
    "DigitalMedia",
    "Dynamics365forCustomerService",
    "Dynamics365forFieldService",
    "Dynamics365forFinanceOperations",
    "Dynamics365forRetail",
    "Dynamics365forSales",
    "Dynamics365forTalent",
    "DynamicsonAzure",
    "EnterpriseBusinessIntelligence",
    "Gaming",
    "HighPerformanceComputing",
    "HybridStorage",
    "IdentityandAccessManagement",
    "InformationManagement",
    "InternetofThings",
    "MachineLearning",
    "Microserviceapplications",
    "MobileApplications",
    "MySQLPostgresMigrationtoAzure",
    "Networking",
    "NoSQLMigration",
    "RedhatonAzure",
    "RegulatoryComplianceGDPR",
    "SAPonAzure",
    "ServerlessComputing",
    "SharepointonAzure",
    "SQLServerUpgrade",
    "ThreatProtection",
    "WebDevelopment",
];

/// Names that people write, in lower case, and what is meant. Where that begins with a
/// slash, it is somewhere else in the referral.
const MEANT: [(&str, &str); 30] = [
    ("emailaddress", "email"),
    ("mail", "email"),
    ("phone", "phoneNumber"),
    ("mobile", "phoneNumber"),
    ("telephone", "phoneNumber"),
    ("givenname", "firstName"),
    ("surname", "lastName"),
    ("street", "addressLine1"),
    ("addressline", "addressLine1"),
    ("zip", "postalCode"),
    ("zipcode", "postalCode"),
    ("postcode", "postalCode"),
    ("countrycode", "country"),
    ("referraltype", "type"),
    ("closedate", "/details/closingDateTime"),
    ("closingdate", "/details/closingDateTime"),
    ("estimatedclosedate", "/details/closingDateTime"),
    ("amount", "/details/dealValue"),
    ("dealamount", "/details/dealValue"),
    ("estimatedvalue", "/details/dealValue"),
    ("industry", "/details/requirements/industries"),
    ("solution", "/details/requirements/solutions"),
    ("solutionid", "/details/requirements/solutions/0/id"),
    ("companyname", "/customerProfile/name"),
    ("customername", "/customerProfile/name"),
    ("customer", "/customerProfile"),
    ("companysize", "/customerProfile/size"),
    ("dealname", "/name"),
    ("stage", "/salesStage"),
    (
        "invitedbyorganizationid",
        "/inviteContext/invitedBy/organizationId",
    ),
];

/// What is meant by a name that these members do not have, as the end of a sentence.
pub(super) fn meant_by(name: &str, fields: &[Field]) -> Option<String> {
    // Nobody means something by a name as long as this.
    if name.len() > 60 {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let has = |wanted: &str| fields.iter().any(|field| field.name == wanted);
    let known = MEANT.iter().find(|(written, _)| *written == lower);
    match known.map(|(_, meant)| *meant) {
        Some(path) if path.starts_with('/') => {
            return Some(format!("{path} may be what is meant"));
        }
        Some(meant) if has(meant) => return Some(format!("{meant} may be what is meant")),
        _ => {}
    }
    if let Some(near) = nearest(&lower, fields.iter().map(|field| field.name)) {
        return Some(format!("{near} may be what is meant"));
    }
    let elsewhere = place_of(name, &REFERRAL, String::new())?;
    Some(format!("its place is {elsewhere}"))
}

/// The candidate that is written almost like this.
pub(super) fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = written.to_ascii_lowercase();
    // Of short words too many differ in a letter or two.
    let most = match written.len() {
        ..5 => 0,
        length => (length / 4).min(4),
    };
    candidates
        .into_iter()
        .map(|candidate| {
            (
                distance(&written, &candidate.to_ascii_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, taken out or changed to get from one to the
/// other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, found) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *found);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

/// Where a referral has a member of this name.
fn place_of(name: &str, form: &'static Form, path: String) -> Option<String> {
    if let Form::List(items) = form {
        return place_of(name, items, format!("{path}/0"));
    }
    let callers = || form.fields().iter().filter(|field| field.by == By::Caller);
    if let Some(field) = callers().find(|field| field.name.eq_ignore_ascii_case(name)) {
        return Some(format!("{path}/{}", field.name));
    }
    callers().find_map(|field| place_of(name, &field.form, format!("{path}/{}", field.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use referrals_model::engagements::{NewReferral, Referral};
    use referrals_model::{KnownMembers, Member, Raw, Shape};

    /// Holds names and nesting against the model's.
    fn compare(form: &Form, shape: &Shape, path: &str) {
        match (form, shape) {
            (Form::Any, _) => {}
            (Form::List(form), Shape::Array(shape)) => compare(form, shape, path),
            (Form::Object(_) | Form::Solution, Shape::Object(members)) => {
                let mut fields: Vec<_> = form.fields().iter().collect();
                fields.sort_by_key(|field| field.name);
                let names: Vec<_> = fields.iter().map(|field| field.name).collect();
                let known: Vec<_> = members().iter().map(|member| member.name).collect();
                assert_eq!(names, known, "{path}");
                for (field, member) in fields.iter().zip(members()) {
                    compare(
                        &field.form,
                        &member.shape,
                        &format!("{path}/{}", field.name),
                    );
                }
            }
            (Form::Object(_) | Form::List(_) | Form::Solution, shape) => {
                panic!("{path}: {shape:?}")
            }
            (form, Shape::Any | Shape::OpenEnum(_)) => {
                // The model reads what fits and nothing else.
                let (good, bad) = match form {
                    Form::Flag => ("true", "\"true\""),
                    Form::Number => ("1.5", "true"),
                    Form::Time => ("\"2027-06-30T00:00:00Z\"", "\"soon\""),
                    _ => ("\"text\"", "{}"),
                };
                let reads = |value: &str| {
                    let mut text = value.to_owned();
                    for name in path.split('/').skip(1).collect::<Vec<_>>().iter().rev() {
                        text = match LISTS.contains(name) {
                            true if text.starts_with('{') => format!("{{\"{name}\":[{text}]}}"),
                            _ => format!("{{\"{name}\":{text}}}"),
                        };
                    }
                    let raw: Raw<Referral> = serde_json::from_str(&text).expect("JSON");
                    raw.get().is_ok()
                };
                if !path.ends_with("/tags") {
                    assert!(reads(good) && !reads(bad), "{path}");
                }
            }
            (form, shape) => panic!("{path}: {form:?} {shape:?}"),
        }
    }

    const LISTS: [&str; 10] = [
        "target",
        "team",
        "industries",
        "products",
        "services",
        "solutions",
        "attributes",
        "registrations",
        "solutionDetails",
        "tags",
    ];

    #[test]
    fn the_forms_are_those_of_the_model() {
        compare(&REFERRAL, &Shape::Object(Referral::known_members), "");
        let fields = REFERRAL.fields();
        for Member { name, .. } in NewReferral::known_members() {
            let field = fields.iter().find(|field| field.name == *name);
            let by = field.map(|field| field.by);
            assert_eq!(by, Some(By::Caller), "{name}");
        }
    }

    #[test]
    fn what_people_write_leads_to_what_they_mean() {
        let top = REFERRAL.fields();
        for (name, fields, expected) in [
            (
                "emailAddress",
                PERSON.fields(),
                Some("email may be what is meant"),
            ),
            (
                "closeDate",
                top,
                Some("/details/closingDateTime may be what is meant"),
            ),
            (
                "industry",
                top,
                Some("/details/requirements/industries may be what is meant"),
            ),
            (
                "externalReferenceID2",
                top,
                Some("externalReferenceId may be what is meant"),
            ),
            ("dealValue", top, Some("its place is /details/dealValue")),
            (
                "firstName",
                top,
                Some("its place is /customerProfile/team/0/firstName"),
            ),
            ("mood", top, None),
        ] {
            let meant = meant_by(name, fields);
            assert_eq!(meant.as_deref(), expected, "{name}");
        }
        let path_of_meant = |path: &str| {
            let mut form = &REFERRAL;
            for name in path.split('/').skip(1) {
                form = match form {
                    Form::List(items) => items,
                    form => {
                        let field = form.fields().iter().find(|field| field.name == name);
                        &field.unwrap_or_else(|| panic!("{path}")).form
                    }
                };
            }
        };
        for (_, meant) in MEANT.iter().filter(|(_, meant)| meant.starts_with('/')) {
            path_of_meant(meant);
        }
        assert_eq!(nearest("10001+employees", SIZES.iter().copied()), None);
        assert_eq!(
            nearest("51-250employees", SIZES.iter().copied()),
            Some("51to250employees")
        );
    }
}
