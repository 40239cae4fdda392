//! The person's own tags on credentials. A tag is there as long as a credential has it.

use rusqlite::OptionalExtension;

use crate::{Reader, StoreError, Transaction};

/// A tag, and how many credentials have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    /// As the person wrote it first.
    pub name: String,
    /// How many credentials have it.
    pub count: u64,
}

impl Reader<'_> {
    /// The tags that begin with this, by name.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn tags(&self, beginning: &str, limit: u32) -> Result<Vec<TagCount>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT name, (SELECT count(*) FROM tagged_credentials WHERE tag = id) FROM tags \
             WHERE substr(name, 1, length(?1)) = ?1 COLLATE NOCASE ORDER BY name LIMIT ?2",
        )?;
        let rows =
            statement.query_map((beginning, limit), |row| Ok(TagCount { name: row.get(0)?, count: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The tags of a credential, by name.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn tags_of(&self, record_id: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT name FROM credentials JOIN tagged_credentials ON credential = number JOIN tags ON id = tag \
             WHERE record_id = ? ORDER BY name",
        )?;
        let rows = statement.query_map([record_id], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The tags of which a word begins with this one.
    pub(super) fn tags_like(&self, word: &str, limit: u32) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT id, name FROM tags")?;
        let wanted = word.to_lowercase();
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(1)?;
            let fits = name
                .to_lowercase()
                .split(|character: char| !character.is_alphanumeric())
                .any(|part| part.starts_with(&wanted));
            if fits && found.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
                found.push(row.get(0)?);
            }
        }
        Ok(found)
    }

    pub(super) fn tag_id(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT id FROM tags WHERE name = ?")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }
}

impl Transaction<'_> {
    /// Puts a tag on a credential, once; whether the credential is there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn tag_credential(&self, record_id: &str, tag: &str) -> Result<bool, StoreError> {
        let Some(number) = self.number_of(record_id)? else { return Ok(false) };
        self.sqlite.prepare_cached("INSERT OR IGNORE INTO tags (name) VALUES (?)")?.execute([tag])?;
        let mut statement = self.sqlite.prepare_cached(
            "INSERT OR IGNORE INTO tagged_credentials (tag, credential) SELECT id, ? FROM tags WHERE name = ?",
        )?;
        statement.execute((number, tag))?;
        Ok(true)
    }

    /// Takes a tag off a credential; whether it was on it.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn untag_credential(&self, record_id: &str, tag: &str) -> Result<bool, StoreError> {
        let (Some(number), Some(id)) = (self.number_of(record_id)?, self.tag_id(tag)?) else { return Ok(false) };
        let mut statement =
            self.sqlite.prepare_cached("DELETE FROM tagged_credentials WHERE tag = ? AND credential = ?")?;
        let taken = statement.execute((id, number))? > 0;
        self.drop_unused_tags()?;
        Ok(taken)
    }

    /// Calls a tag something else on every credential that has it; where there is such a tag already, the two become
    /// one. Whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn rename_tag(&self, name: &str, new: &str) -> Result<bool, StoreError> {
        let Some(id) = self.tag_id(name)? else { return Ok(false) };
        match self.tag_id(new)? {
            Some(other) if other != id => {
                let mut statement = self.sqlite.prepare_cached(
                    "INSERT OR IGNORE INTO tagged_credentials (tag, credential) \
                     SELECT ?, credential FROM tagged_credentials WHERE tag = ?",
                )?;
                statement.execute((other, id))?;
                self.sqlite.prepare_cached("DELETE FROM tags WHERE id = ?")?.execute([id])?;
            }
            _ => {
                self.sqlite.prepare_cached("UPDATE tags SET name = ? WHERE id = ?")?.execute((new, id))?;
            }
        }
        Ok(true)
    }

    /// Takes a tag off every credential; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_tag(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM tags WHERE name = ?")?.execute([name])? > 0)
    }

    /// Forgets the tags that no credential has any more.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn drop_unused_tags(&self) -> Result<(), StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("DELETE FROM tags WHERE NOT EXISTS (SELECT 1 FROM tagged_credentials WHERE tag = id)")?;
        statement.execute([])?;
        Ok(())
    }

    fn number_of(&self, record_id: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT number FROM credentials WHERE record_id = ?")?;
        Ok(statement.query_row([record_id], |row| row.get(0)).optional()?)
    }
}
