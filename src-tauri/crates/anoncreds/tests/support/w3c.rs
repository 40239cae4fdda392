//! This crate's steps in the W3C form.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use vouchsafe_anoncreds::{
    CredentialDefinition, IntervalOverrides, LinkSecret, RevocationRegistryDefinition, RevocationState, W3cCredential,
    W3cModel, W3cPresentation, W3cPresented, create_w3c_presentation,
};

use super::{published, read, said};

fn model(with: &Value) -> W3cModel {
    match with["version"].as_str() {
        Some("2.0") => W3cModel::V2,
        _ => W3cModel::V1 { issued: Timestamp::from_second(1_700_000_000).unwrap() },
    }
}

pub fn issue(with: &Value) -> Result<Value, String> {
    let credential = read(&super::issue(with)?)?;
    let definition: CredentialDefinition = read(&with["definition"])?;
    Ok(json!(said(W3cCredential::from_credential(&credential, definition.issuer_id().clone(), model(with)))?))
}

pub fn accept(with: &Value) -> Result<Value, String> {
    let credential: W3cCredential = read(&with["credential"])?;
    let secret = said(LinkSecret::from_decimal(with["link_secret"].as_str().unwrap_or_default()))?;
    let registry: Option<RevocationRegistryDefinition> = read(&with["registry"])?;
    let (metadata, definition) = (read(&with["metadata"])?, read(&with["definition"])?);
    Ok(json!(said(credential.process(&metadata, &secret, &definition, registry.as_ref()))?))
}

pub fn present(with: &Value) -> Result<Value, String> {
    let secret = said(LinkSecret::from_decimal(with["link_secret"].as_str().unwrap_or_default()))?;
    let mut kept: Vec<(W3cCredential, Option<RevocationState>, BTreeMap<String, bool>, _)> = Vec::new();
    for one in with["presented"].as_array().unwrap() {
        kept.push((
            read(&one["credential"])?,
            read(&one["state"])?,
            read(&one["attributes"])?,
            read(&one["predicates"])?,
        ));
    }
    let presented: Vec<W3cPresented<'_>> = kept
        .iter()
        .map(|(credential, revocation, attributes, predicates)| W3cPresented {
            credential,
            revocation: revocation.as_ref(),
            attributes: attributes.clone(),
            predicates: Clone::clone(predicates),
        })
        .collect();
    let request = read(&with["request"])?;
    Ok(json!(said(create_w3c_presentation(&request, &presented, &secret, &published(with)?, model(with)))?))
}

pub fn verify(with: &Value) -> Result<Value, String> {
    let presentation: W3cPresentation = read(&with["presentation"])?;
    said(presentation.identifiers())?;
    said(presentation.verify(&read(&with["request"])?, &published(with)?, &IntervalOverrides::new()))?;
    Ok(json!(true))
}
