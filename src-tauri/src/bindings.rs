//! The TypeScript of the commands, their types and the event: `ui/src/bindings.ts`. `UPDATE_BINDINGS=1 cargo test -p vouchsafe --lib bindings` writes it; without the variable the test compares.

use std::collections::BTreeSet;

use specta_typescript::Typescript;

use crate::commands::names::COMMANDS;
use crate::commands::registry;

/// The TypeScript as it should be.
fn typescript() -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bindings.ts");
    let header =
        "// Generated from src-tauri/src: `UPDATE_BINDINGS=1 cargo test -p vouchsafe --lib bindings`. Do not edit.\n";
    registry().export(Typescript::default().header(header), &file).unwrap();
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn bindings_are_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/bindings.ts");
    let wanted = typescript();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src")).unwrap();
        std::fs::write(path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap();
    assert!(found == wanted, "ui/src/bindings.ts is stale: UPDATE_BINDINGS=1 cargo test -p vouchsafe --lib bindings");
}

#[test]
fn bindings_manifest_and_capability_name_the_same_commands() {
    let typescript = typescript();
    let called: BTreeSet<String> = typescript
        .match_indices("__TAURI_INVOKE")
        .filter_map(|(at, _)| typescript[at..].split('"').nth(1).map(str::to_owned))
        .filter(|name| COMMANDS.contains(&name.as_str()) || name.contains('_'))
        .collect();
    let named: BTreeSet<String> = COMMANDS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(named.difference(&called).count(), 0, "{:?}", named.difference(&called));
    let capability: serde_json::Value = serde_json::from_str(include_str!("../capabilities/window.json")).unwrap();
    let granted: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|permission| permission.as_str().unwrap().strip_prefix("allow-").map(|name| name.replace('-', "_")))
        .collect();
    assert_eq!(granted, named);
}
