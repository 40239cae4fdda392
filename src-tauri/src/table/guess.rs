//! Which column is which field, by their names.

use crate::view::issue::Field;

/// For each field the column that seems to be it; each column is one field's.
pub fn guess(fields: &[Field], columns: &[String]) -> Vec<Option<usize>> {
    let known: Vec<String> = columns.iter().map(|name| plain(name)).collect();
    let mut taken = vec![false; columns.len()];
    let mut found = vec![None; fields.len()];
    // What is written alike goes before what is only alike.
    for exact in [true, false] {
        for (field, place) in fields.iter().zip(&mut found) {
            if place.is_some() {
                continue;
            }
            let names =
                [plain(&field.name), plain(&field.label), plain(field.name.rsplit('.').next().unwrap_or_default())];
            let fits = |name: &String| {
                !name.is_empty()
                    && names.iter().any(|wanted| {
                        if exact {
                            name == wanted
                        } else {
                            wanted.len() > 3 && name.len() > 3 && (name.contains(wanted) || wanted.contains(name))
                        }
                    })
            };
            let column = known.iter().zip(&taken).position(|(name, taken)| !taken && fits(name));
            if let Some(column) = column {
                if let Some(taken) = taken.get_mut(column) {
                    *taken = true;
                }
                *place = Some(column);
            }
        }
    }
    found
}

/// Letters and digits alone, small.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
