//! Pass 2: the operations of a contract.

use proc_macro2::{Literal, TokenStream};
use progenitor::{HooksMode, InterfaceStyle, TypeImpl};
use quote::quote;
use syn::visit_mut::{self, VisitMut};

use crate::{Contract, Error, Names, parse_path, run_generator, settings};

pub(crate) fn generate(contract: &Contract, names: &Names<'_>) -> Result<String, Error> {
    let normalized = &contract.normalized;
    let document = &normalized.document;
    let mut settings = settings();
    settings
        .with_interface(InterfaceStyle::Builder)
        // A client without our hooks must not compile.
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(::referrals_client::Transport));
    let schemas = document.components.iter().flat_map(|all| &all.schemas);
    for (name, schema) in schemas {
        let mut impls = Vec::new();
        if let openapiv3::ReferenceOr::Item(schema) = schema
            && let openapiv3::SchemaKind::Type(openapiv3::Type::String(_)) = &schema.schema_kind
        {
            impls.extend([TypeImpl::Display, TypeImpl::FromStr]);
        }
        let path = format!("{}::{name}", names.types);
        settings.with_replacement(name, path, impls.into_iter());
    }
    let (_, tokens) = run_generator(&settings, document)?;

    let mut file: syn::File =
        syn::parse2(tokens).map_err(|error| Error::Output(error.to_string()))?;
    let mut tidy = Tidy::default();
    tidy.visit_file_mut(&mut file);
    tidy.confirm(operation_count(document))?;
    remove_empty_types(&mut file);
    let extra: syn::File =
        syn::parse2(hooks(contract, names)?).map_err(|error| Error::Output(error.to_string()))?;
    file.items.extend(extra.items);
    Ok(contract.header(names) + &prettyplease::unparse(&file))
}

fn operation_count(document: &openapiv3::OpenAPI) -> usize {
    document.operations().count()
}

/// The hooks hand every request to the transport; the assertion stops the
/// build when model and contract have drifted apart.
fn hooks(contract: &Contract, names: &Names<'_>) -> Result<TokenStream, Error> {
    let types = parse_path(names.types)?;
    let fingerprint = Literal::u64_unsuffixed(contract.fingerprint());
    let verbatim = &contract.normalized.verbatim;
    let message = format!(
        "the contract {} has changed since the model was generated: run `cargo xtask generate`",
        names.contract
    );
    Ok(quote! {
        const _: () = assert!(#types::CONTRACT_FINGERPRINT == #fingerprint, #message);

        impl ClientHooks<::referrals_client::Transport> for Client {
            async fn pre<E>(
                &self,
                request: &mut reqwest::Request,
                _info: &OperationInfo,
            ) -> ::std::result::Result<(), Error<E>> {
                ::referrals_client::prepare(request, &[#(#verbatim),*]);
                Ok(())
            }

            async fn exec(
                &self,
                request: reqwest::Request,
                info: &OperationInfo,
            ) -> reqwest::Result<reqwest::Response> {
                self.inner.exec(&self.client, request, info.operation_id).await
            }
        }
    })
}

/// Takes out what the generator writes and we cannot use.
#[derive(Default)]
struct Tidy {
    constructors: usize,
    version_headers: usize,
}

impl Tidy {
    /// A new generator version may write things in another way; then the rules
    /// above would silently do nothing.
    fn confirm(&self, operations: usize) -> Result<(), Error> {
        if self.constructors != 1 {
            return Err(Error::Output(format!(
                "expected one `Client::new` to remove, found {}",
                self.constructors
            )));
        }
        if self.version_headers != operations {
            return Err(Error::Output(format!(
                "expected an `api-version` header in each of {operations} operations, found {}",
                self.version_headers
            )));
        }
        Ok(())
    }
}

impl VisitMut for Tidy {
    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        // `Client::new` builds an HTTP client of its own, with a time limit
        // of its own, and panics when it cannot.
        let before = item.items.len();
        item.items
            .retain(|item| !matches!(item, syn::ImplItem::Fn(function) if function.sig.ident == "new" && makes_http_client(function)));
        self.constructors += before - item.items.len();
        visit_mut::visit_item_impl_mut(self, item);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        // The service knows no `api-version` header; the generator always
        // sends the version of the document in one.
        let before = block.stmts.len();
        block
            .stmts
            .retain(|statement| !appends_version_header(statement));
        self.version_headers += before - block.stmts.len();
        visit_mut::visit_block_mut(self, block);
    }
}

/// The module for types holds nothing when every schema is a component, as the
/// rules for contracts demand.
fn remove_empty_types(file: &mut syn::File) {
    let is_empty = |item: &syn::Item| {
        matches!(item, syn::Item::Mod(module) if module.ident == "types"
        && module.content.as_ref().is_some_and(|(_, items)| {
            items.iter().all(|item| matches!(item, syn::Item::Mod(inner) if inner.ident == "error"))
        }))
    };
    if !file.items.iter().any(is_empty) {
        return;
    }
    file.items.retain(|item| !is_empty(item));
    for item in &mut file.items {
        if let syn::Item::Mod(module) = item
            && let Some((_, items)) = &mut module.content
        {
            items.retain(|item| !matches!(item, syn::Item::Use(_) if quote!(#item).to_string() == "use super :: types ;"));
        }
    }
}

fn makes_http_client(function: &syn::ImplItemFn) -> bool {
    quote!(#function).to_string().contains("ClientBuilder")
}

fn appends_version_header(statement: &syn::Stmt) -> bool {
    let syn::Stmt::Expr(syn::Expr::MethodCall(call), _) = statement else {
        return false;
    };
    call.method == "append"
        && call
            .args
            .first()
            .is_some_and(|name| quote!(#name).to_string().contains("\"api-version\""))
}
