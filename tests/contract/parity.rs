//! The JSON Schema of every model type against its component in the contract:
//! two ways from the YAML, one through the generated Rust.

use std::collections::{BTreeMap, BTreeSet};

use referrals_contract::{Contract, Unknown};
use referrals_model::{engagements, v1};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

/// The schema of a Rust type with what it refers to.
fn of<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

macro_rules! types {
    ($module:ident: $($name:ident),+ $(,)?) => {
        BTreeMap::from([$((stringify!($name), of::<$module::$name>())),+])
    };
}

/// Properties with what they are, and which are required.
type Shape = (BTreeMap<String, String>, BTreeSet<String>);

fn shape(schema: &Value) -> Shape {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let properties: BTreeMap<_, _> = properties
        .map(|(name, property)| (name.clone(), kind(property)))
        .collect();
    let required = schema["required"].as_array().into_iter().flatten();
    let required = required
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    (properties, required)
}

/// A recursive type refers to itself as the document's root.
fn without_root_references(name: &str, schema: &Value) -> Value {
    let text = schema
        .to_string()
        .replace("\"$ref\":\"#\"", &format!("\"$ref\":\"#/$defs/{name}\""));
    serde_json::from_str(&text).expect("JSON")
}

/// What a property is, null aside: both sides take it, in ways of their own.
fn kind(property: &Value) -> String {
    if let Some(reference) = property["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    // The contract's nullable reference, and that of Rust.
    if property.get("else").is_some() {
        return kind(&property["else"]);
    }
    let choices = property["anyOf"].as_array().into_iter().flatten();
    if let Some(choice) = choices.clone().find(|choice| choice["type"] != "null") {
        return kind(choice);
    }
    let types: Vec<_> = match &property["type"] {
        Value::String(single) => vec![single.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match types.into_iter().find(|kind| *kind != "null") {
        Some("array") => format!("array of {}", kind(&property["items"])),
        Some(kind) => kind.to_owned(),
        None => "anything".to_owned(),
    }
}

/// How many members were compared.
fn compare(name: &str, types: &BTreeMap<&str, Value>) -> usize {
    let contract = Contract::named(name).expect(name);
    let names: Vec<_> = contract
        .schema_names()
        .into_iter()
        .filter(|name| *name != "JsonNull")
        .collect();
    assert_eq!(
        names,
        types.keys().copied().collect::<Vec<_>>(),
        "a type is not compared"
    );
    let mut members = 0;
    for (name, rust) in types {
        let pointer = format!("/components/schemas/{name}");
        let contract = contract
            .json_schema(&pointer, Unknown::Allowed)
            .expect("a component");
        let rust = &without_root_references(name, rust);
        let (contract_shape, rust_shape) = (shape(&contract), shape(rust));
        assert_eq!(contract_shape, rust_shape, "{name}");
        assert_eq!(kind(&contract), kind(rust), "{name}");
        members += contract_shape.0.len();
    }
    members
}

#[test]
fn every_type_of_v1_has_the_members_of_its_component() {
    let types = types![
        v1: Address,
        CollectionLinks,
        CustomerProfile,
        InviteContext,
        Link,
        Member,
        PartnerCenterError,
        Referral,
        ReferralCollection,
        ReferralDetails,
        ReferralRequirements,
        ReferralStatus,
        ReferralType,
        ResourceAttributes,
        SelfFilter,
        Tag,
    ];
    assert!(compare("v1", &types) >= 50);
}

#[test]
fn every_type_of_engagements_has_the_members_of_its_component() {
    let types = types![
        engagements: AdditionalRequirements,
        Address,
        AssistanceRequestCode,
        Consent,
        ContactPreference,
        CustomerMarketplaceIntent,
        CustomerProfile,
        ErrorResponse,
        InnerError,
        InviteContext,
        InvitedBy,
        IotRequirements,
        Link,
        MarketplaceTransactionDetails,
        Member,
        NewReferral,
        PatchOperation,
        PatchOperator,
        Referral,
        ReferralDetails,
        ReferralDirection,
        ReferralLinks,
        ReferralPage,
        ReferralQualification,
        ReferralRequirements,
        ReferralStatus,
        ReferralSubstatus,
        ReferralType,
        Registration,
        RegistrationContract,
        RegistrationHistory,
        RegistrationSolution,
        RegistrationStatus,
        RequirementAttribute,
        ServiceError,
        SolutionTag,
        SolutionType,
        Tag,
        Target,
        TargetType,
        TrackingInfo,
    ];
    assert!(compare("engagements", &types) >= 180);
}

#[test]
fn a_difference_would_be_seen() {
    let contract = Contract::named("v1").expect("v1");
    let tag = contract
        .json_schema("/components/schemas/Tag", Unknown::Allowed)
        .expect("Tag");
    assert_ne!(shape(&tag), shape(&of::<v1::Link>()));
    assert_ne!(shape(&tag).0["id"], "integer");
}
