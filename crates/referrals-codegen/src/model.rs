//! Pass 1: the types of a contract.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use proc_macro2::TokenStream;
use progenitor::TypeImpl;
use quote::quote;
use syn::visit_mut::VisitMut;

use crate::normalize::OpenEnum;
use crate::{Contract, Error, Names, parse_path, run_generator, settings};

pub(crate) fn generate(contract: &Contract, names: &Names<'_>) -> Result<String, Error> {
    let normalized = &contract.normalized;
    let mut settings = settings();
    settings
        .with_derive("PartialEq")
        .with_derive("::schemars::JsonSchema");
    for name in normalized.open_enums.keys() {
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        settings.with_replacement(name, format!("{}::{name}", names.types), impls.into_iter());
    }
    let mut types_only = normalized.document.clone();
    types_only.paths = openapiv3::Paths::default();
    let (generator, _) = run_generator(&settings, &types_only)?;
    let types = generator.get_type_space().to_stream();

    let open_enums = normalized
        .open_enums
        .iter()
        .map(|(name, open)| open_enum(name, open))
        .collect::<Result<String, _>>()?;
    let known_members = known_members(contract, names)?;
    let tokens = quote! {
        #types
        #known_members
    };
    let mut file: syn::File =
        syn::parse2(tokens).map_err(|error| Error::Output(error.to_string()))?;
    TidyDocs.visit_file_mut(&mut file);
    redact_debug(&mut file, &normalized.personal)?;
    read_from_objects(&mut file);
    let header = contract.header(names);
    let fingerprint = contract.fingerprint();
    let types = prettyplease::unparse(&file);
    Ok(format!(
        "{header}\n/// Fingerprint of the contract that this module was generated from.\n\
         pub const CONTRACT_FINGERPRINT: u64 = 0x{fingerprint:016x};\n{open_enums}\n{types}",
    ))
}

/// Removes the copy of the JSON schema that the generator puts below every
/// description (the contract itself is the place to read that), and writes
/// what is left as people do: one line each, with a space in front.
struct TidyDocs;

impl VisitMut for TidyDocs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        *attributes = std::mem::take(attributes)
            .into_iter()
            .flat_map(|attribute| match doc_text(&attribute) {
                Some(text) => {
                    let description = text.split("<details>").next().unwrap_or_default();
                    doc_lines(description)
                        .map(|line| syn::parse_quote!(#[doc = #line]))
                        .collect()
                }
                None => vec![attribute],
            })
            .collect();
    }
}

fn doc_text(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    match &meta.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) if meta.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

fn doc_lines(text: &str) -> impl Iterator<Item = String> {
    text.trim().lines().map(|line| format!(" {}", line.trim()))
}

/// Replaces the derived `Debug` of types that hold personal data.
fn redact_debug(
    file: &mut syn::File,
    personal: &BTreeMap<String, BTreeSet<String>>,
) -> Result<(), Error> {
    let mut implementations = Vec::new();
    for item in &mut file.items {
        let syn::Item::Struct(item) = item else {
            continue;
        };
        let Some(members) = personal.get(&item.ident.to_string()) else {
            continue;
        };
        remove_derived_debug(&mut item.attrs)?;
        let name = &item.ident;
        let mut found = 0;
        let mut fields = Vec::new();
        for field in &item.fields {
            let Some(ident) = &field.ident else { continue };
            let label = ident.to_string();
            if !members.contains(&wire_name(field)?) {
                fields.push(quote!(.field(#label, &self.#ident)));
                continue;
            }
            found += 1;
            fields.push(if is_option(&field.ty) {
                quote!(.field(#label, &self.#ident.as_ref().map(|_| ::referrals_model::Redacted)))
            } else {
                quote!(.field(#label, &::referrals_model::Redacted))
            });
        }
        if found != members.len() {
            return Err(Error::Output(format!(
                "`{name}` has {} members with personal data, the generated type shows {found}",
                members.len()
            )));
        }
        let label = name.to_string();
        implementations.push(syn::parse_quote! {
            /// Personal data is left out.
            impl ::std::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(#label)#(#fields)*.finish()
                }
            }
        });
    }
    if implementations.len() != personal.len() {
        return Err(Error::Output(format!(
            "{} types hold personal data, the generated code has {} of them",
            personal.len(),
            implementations.len()
        )));
    }
    file.items.extend(implementations);
    Ok(())
}

/// Makes every struct refuse anything but an object; a derived `Deserialize`
/// takes arrays, too.
fn read_from_objects(file: &mut syn::File) {
    let mut names = Vec::new();
    for item in &mut file.items {
        let syn::Item::Struct(item) = item else {
            continue;
        };
        if !matches!(item.fields, syn::Fields::Named(_)) {
            continue;
        }
        let label = item.ident.to_string();
        item.attrs
            .push(syn::parse_quote!(#[serde(remote = "Self")]));
        // Else the schema would be called `Self`.
        item.attrs
            .push(syn::parse_quote!(#[schemars(rename = #label)]));
        names.push(item.ident.clone());
    }
    if !names.is_empty() {
        file.items.push(syn::parse_quote!(
            ::referrals_model::object! { #(#names),* }
        ));
    }
}

fn remove_derived_debug(attributes: &mut [syn::Attribute]) -> Result<(), Error> {
    for attribute in attributes {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let paths = attribute
            .parse_args_with(
                syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated,
            )
            .map_err(|error| Error::Output(error.to_string()))?;
        let kept = paths.iter().filter(|path| !path.is_ident("Debug"));
        *attribute = syn::parse_quote!(#[derive(#(#kept),*)]);
    }
    Ok(())
}

/// The name in `#[serde(rename = "...")]`, else the field's own.
fn wire_name(field: &syn::Field) -> Result<String, Error> {
    let mut name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        let metas = attribute
            .parse_args_with(
                syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated,
            )
            .map_err(|error| Error::Output(error.to_string()))?;
        for meta in metas {
            if let syn::Meta::NameValue(meta) = meta
                && meta.path.is_ident("rename")
                && let syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) = meta.value
            {
                name = text.value();
            }
        }
    }
    Ok(name)
}

fn is_option(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path)
        if path.path.segments.last().is_some_and(|segment| segment.ident == "Option"))
}

/// The text of one open enum. Written out here, since the formatter leaves the
/// inside of a macro call alone.
fn open_enum(name: &str, open: &OpenEnum) -> Result<String, Error> {
    let place = || format!("components.schemas.{name}");
    let mut taken = BTreeMap::from([("Unrecognized".to_owned(), "the fallback")]);
    let mut text = String::from("\n::referrals_model::open_enum! {\n");
    text.extend(doc_lines(&open.description).map(|line| format!("    ///{line}\n")));
    text.push_str(&format!("    pub enum {name} {{\n"));
    for value in &open.values {
        let variant = variant_name(&value.wire);
        if syn::parse_str::<syn::Ident>(&variant).is_err() {
            return Err(Error::Unsupported {
                path: place(),
                reason: format!("the value `{}` makes no Rust name", value.wire),
            });
        }
        text.extend(doc_lines(&value.description).map(|line| format!("        ///{line}\n")));
        text.push_str(&format!("        {variant} = {:?}", value.wire));
        if let Some(position) = value.position {
            text.push_str(&format!(" @ {position}"));
        }
        text.push_str(",\n");
        if let Some(other) = taken.insert(variant.clone(), &value.wire) {
            return Err(Error::Unsupported {
                path: place(),
                reason: format!(
                    "the values `{}` and `{other}` would both be called `{variant}` in Rust",
                    value.wire
                ),
            });
        }
    }
    text.push_str("    }\n}\n");
    Ok(text)
}

/// `CustomSolution(ISV)` becomes `CustomSolutionISV`, `10to50employees`
/// becomes `_10to50employees`.
fn variant_name(wire: &str) -> String {
    let mut name = String::new();
    for word in wire.split(|character: char| !character.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            name.push(first.to_ascii_uppercase());
            name.push_str(letters.as_str());
        }
    }
    if name.starts_with(|character: char| character.is_ascii_digit()) {
        name.insert(0, '_');
    }
    // Of all names in this form only `Self` is a keyword.
    if name == "Self" {
        name.push('_');
    }
    name
}

/// Tables of the members and values that the contract knows, for telling a
/// reader what else the service sent.
fn known_members(contract: &Contract, names: &Names<'_>) -> Result<TokenStream, Error> {
    let schemas = contract.normalized.document.components.iter();
    let schemas = schemas.flat_map(|components| &components.schemas);
    let mut items = Vec::new();
    for (name, schema) in schemas {
        let ReferenceOr::Item(schema) = schema else {
            continue;
        };
        let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind else {
            continue;
        };
        if object.properties.is_empty() {
            continue;
        }
        let ident = parse_path(&format!("{}::{name}", names.types))?;
        let mut members: Vec<_> = object.properties.iter().collect();
        members.sort_by_key(|(name, _)| name.as_str());
        let members = members
            .into_iter()
            .map(|(name, property)| {
                let property = property.clone().unbox();
                let shape = shape(contract, names, &property)?;
                Ok(quote! { ::referrals_model::Member { name: #name, shape: #shape } })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        items.push(quote! {
            impl ::referrals_model::KnownMembers for #ident {
                fn known_members() -> &'static [::referrals_model::Member] {
                    static MEMBERS: &[::referrals_model::Member] = &[#(#members),*];
                    MEMBERS
                }
            }
        });
    }
    Ok(quote! { #(#items)* })
}

fn shape(
    contract: &Contract,
    names: &Names<'_>,
    schema: &ReferenceOr<Schema>,
) -> Result<TokenStream, Error> {
    let any = quote!(::referrals_model::Shape::Any);
    let schema = match schema {
        ReferenceOr::Reference { reference } => return reference_shape(contract, names, reference),
        ReferenceOr::Item(schema) => schema,
    };
    match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [single] => shape(contract, names, single),
            _ => Ok(any),
        },
        SchemaKind::Type(Type::Array(array)) => match &array.items {
            Some(items) => {
                let items = shape(contract, names, &items.clone().unbox())?;
                Ok(quote!(::referrals_model::Shape::Array(&#items)))
            }
            None => Ok(any),
        },
        _ => Ok(any),
    }
}

fn reference_shape(
    contract: &Contract,
    names: &Names<'_>,
    reference: &str,
) -> Result<TokenStream, Error> {
    let name = reference.rsplit('/').next().unwrap_or(reference);
    let path = parse_path(&format!("{}::{name}", names.types))?;
    if contract.normalized.open_enums.contains_key(name) {
        return Ok(quote!(::referrals_model::Shape::OpenEnum(#path::is_known_value)));
    }
    let is_object = contract
        .normalized
        .document
        .components
        .as_ref()
        .and_then(|components| components.schemas.get(name))
        .and_then(ReferenceOr::as_item)
        .is_some_and(|schema| {
            matches!(&schema.schema_kind, SchemaKind::Type(Type::Object(object)) if !object.properties.is_empty())
        });
    Ok(if is_object {
        quote!(::referrals_model::Shape::Object(
            <#path as ::referrals_model::KnownMembers>::known_members
        ))
    } else {
        quote!(::referrals_model::Shape::Any)
    })
}
