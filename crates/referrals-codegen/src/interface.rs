//! The public signatures of a generated client, for reviewers.

use syn::{ImplItem, Item, Visibility};

use crate::Error;

/// Lists the public functions of a generated client, one `impl` block per type,
/// bodies and hidden items left out. `module` is the name it is known by.
///
/// # Errors
///
/// When `source` is not Rust.
pub fn interface(module: &str, source: &str) -> Result<String, Error> {
    let file: syn::File =
        syn::parse_str(source).map_err(|error| Error::Output(error.to_string()))?;
    let mut text = String::new();
    collect(module, &file.items, &mut text);
    Ok(text)
}

fn collect(module: &str, items: &[Item], text: &mut String) {
    for item in items {
        match item {
            Item::Mod(inner) if matches!(inner.vis, Visibility::Public(_)) => {
                if let Some((_, items)) = &inner.content {
                    collect(&format!("{module}::{}", inner.ident), items, text);
                }
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let signatures = signatures(block);
                if !signatures.is_empty() {
                    text.push_str(&format!("{module}::{}\n{signatures}\n", type_name(block)));
                }
            }
            _ => {}
        }
    }
}

fn type_name(block: &syn::ItemImpl) -> String {
    match &*block.self_ty {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

fn signatures(block: &syn::ItemImpl) -> String {
    let mut lines = String::new();
    for item in &block.items {
        if let ImplItem::Fn(function) = item
            && matches!(function.vis, Visibility::Public(_))
        {
            lines.push_str(&format!("    {}\n", one_line(function)));
        }
    }
    lines
}

/// A function without its body, on one line, so that a change of one signature
/// is a change of one line.
fn one_line(function: &syn::ImplItemFn) -> String {
    let signature = &function.sig;
    let file: syn::File = syn::parse_quote!(#signature {});
    let text = prettyplease::unparse(&file);
    let text = text.trim_end().trim_end_matches("{}");
    let words: Vec<_> = text.split_whitespace().collect();
    words
        .join(" ")
        .replace("( ", "(")
        .replace("< ", "<")
        .replace(", )", ")")
        .replace(",)", ")")
        .replace(", >", ">")
        .trim_end_matches(',')
        .to_owned()
}
