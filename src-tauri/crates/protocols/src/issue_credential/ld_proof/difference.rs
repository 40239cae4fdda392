//! In what two JSON values differ, told by JSON pointers.

use serde_json::Value;

use crate::issue_credential::format::Change;

/// The first differences between two JSON values, in the order of the earlier one, as JSON pointers below `base`.
pub(super) fn differences(before: &Value, after: &Value, base: &str) -> std::vec::IntoIter<(String, Change)> {
    let mut found = Vec::new();
    compare(before, after, &mut base.to_owned(), &mut found);
    found.into_iter()
}

/// So many differences are told apart before looking ends: enough for the few that are allowed and one that is not.
const ENOUGH: usize = 4;

fn compare(before: &Value, after: &Value, path: &mut String, found: &mut Vec<(String, Change)>) {
    if found.len() >= ENOUGH {
        return;
    }
    let length = path.len();
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                step_into(path, name);
                match after.get(name) {
                    Some(other) => compare(value, other, path, found),
                    None => found.push((path.clone(), Change::Removed)),
                }
                path.truncate(length);
            }
            for name in after.keys().filter(|name| !before.contains_key(*name)).take(ENOUGH) {
                step_into(path, name);
                found.push((path.clone(), Change::Added));
                path.truncate(length);
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for (index, value) in before.iter().enumerate() {
                step_into(path, &index.to_string());
                match after.get(index) {
                    Some(other) => compare(value, other, path, found),
                    None => found.push((path.clone(), Change::Removed)),
                }
                path.truncate(length);
            }
            if after.len() > before.len() {
                step_into(path, &before.len().to_string());
                found.push((path.clone(), Change::Added));
                path.truncate(length);
            }
        }
        _ if before == after => {}
        _ => found.push((path.clone(), Change::Changed)),
    }
}

fn step_into(path: &mut String, name: &str) {
    path.push('/');
    path.push_str(&name.replace('~', "~0").replace('/', "~1"));
}
