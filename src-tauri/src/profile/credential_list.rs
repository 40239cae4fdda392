//! The list of credentials: searched, sorted, filtered, grouped by issuer, with the person's tags; and what is done to
//! several of them at once. How it is arranged is kept in the wallet, since a tag may say more than a stranger should read.

use jiff::{SignedDuration, Timestamp};
use vouchsafe_store::{IssuerCount, ListFilter, ListOrder, ListStanding, Page as StorePage, Reader, StoreError};

use super::Profile;
use super::records::Names;
use crate::commands::Answer;
use crate::view::card::{Tint, cut, short_did};
use crate::view::credential_list::{
    Arrangement, CredentialChange, CredentialQuery, CredentialShow, CredentialSort, IssuerGroup, PracticeShow, TagView,
};
use crate::view::credentials::{CredentialRow, summary_of};
use crate::view::matched::Words;
use crate::view::{Failure, MAX_ROWS, Page, Topic};

/// The longest search and the longest tag, in characters.
const MAX_QUERY: usize = 200;
const MAX_TAG: usize = 60;
/// Credentials that are changed in one go.
const MAX_CHANGED: usize = 10_000;
/// Groups and tags of one answer.
const MAX_GROUPS: usize = 5_000;
const MAX_TAGS: u32 = 500;
/// How long before its end a credential counts as expiring.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Where the arrangement is kept.
const KEY: &str = "credential-list";

impl Profile {
    /// Credentials that match, in the order of choice.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn credential_list(&self, query: CredentialQuery) -> Answer<Page<CredentialRow>> {
        let agent = self.agent()?;
        let now = agent.now();
        agent
            .store()
            .read(move |reader| {
                let filter = filter_of(&query, now);
                let page = StorePage { limit: query.limit.min(MAX_ROWS), offset: query.offset, descending: false };
                let favourites = query.arrangement.favourites_first;
                let (total, found) = if query.arrangement.sort == CredentialSort::Issuer && query.issuer_did.is_none() {
                    by_issuer(reader, &filter, favourites, page)?
                } else {
                    let order = match query.arrangement.sort {
                        CredentialSort::Name => ListOrder::Title,
                        CredentialSort::Expiry => ListOrder::Expiry,
                        CredentialSort::Newest | CredentialSort::Issuer => ListOrder::Newest,
                    };
                    let total = reader.count_credential_list(&filter)?;
                    (total, reader.credential_list(&filter, order, favourites, page)?)
                };
                let (mut names, words) = (Names::default(), Words::of(&filter.text));
                let mut rows = Vec::with_capacity(found.len());
                for stored in &found {
                    let connection = names.of(reader, stored.connection_id.as_deref())?;
                    let name = connection.as_ref().map(|connection| connection.name.as_str());
                    let mut row = CredentialRow::of(stored, name, now);
                    row.tags = reader.tags_of(&stored.record_id)?;
                    if !filter.text.is_empty() {
                        row.matched = words.reason(&[&row.title, &row.issuer], &summary_of(&stored.summary), &row.tags);
                    }
                    rows.push(row);
                }
                tell_twins_apart(&mut rows);
                Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// The issuers of the credentials that match, by name.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn credential_groups(&self, query: CredentialQuery) -> Answer<Vec<IssuerGroup>> {
        let agent = self.agent()?;
        let now = agent.now();
        agent
            .store()
            .read(move |reader| {
                let mut groups = issuers(reader, &filter_of(&query, now))?;
                groups.truncate(MAX_GROUPS);
                Ok(groups
                    .into_iter()
                    .map(|(name, issuer)| IssuerGroup {
                        tint: Tint::of(&issuer.issuer_id),
                        issuer_did: issuer.issuer_id,
                        name,
                        count: u32::try_from(issuer.count).unwrap_or(u32::MAX),
                    })
                    .collect())
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// The ids of the credentials that match, for choosing all of them; at most 10,000.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn credential_ids(&self, query: CredentialQuery) -> Answer<Vec<String>> {
        let agent = self.agent()?;
        let now = agent.now();
        let most = u32::try_from(MAX_CHANGED).unwrap_or(u32::MAX);
        agent
            .store()
            .read(move |reader| reader.credential_list_ids(&filter_of(&query, now), most))
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// Change several credentials together; how many were there.
    ///
    /// # Errors
    ///
    /// `tag-unusable`, `too-many`, `wallet-locked`; what the store says, and then none is changed.
    pub async fn change_credentials(&self, ids: Vec<String>, change: CredentialChange) -> Answer<u32> {
        let agent = self.agent()?;
        if ids.len() > MAX_CHANGED {
            return Err(too_many());
        }
        let changed = match change {
            CredentialChange::Delete => agent.delete_credentials(ids).await?,
            CredentialChange::Tag { tag } => {
                let tag = tag_of(&tag)?;
                self.change(ids, move |transaction, id| transaction.tag_credential(id, &tag)).await?
            }
            CredentialChange::Untag { tag } => {
                self.change(ids, move |transaction, id| transaction.untag_credential(id, &tag)).await?
            }
            CredentialChange::Favourite { on } => {
                self.change(ids, move |transaction, id| transaction.set_credential_favourite(id, on)).await?
            }
        };
        self.announcer.say([Topic::Credentials]);
        Ok(u32::try_from(changed).unwrap_or(u32::MAX))
    }

    async fn change(
        &self,
        ids: Vec<String>,
        change: impl Fn(&vouchsafe_store::Transaction<'_>, &str) -> Result<bool, StoreError> + Send + 'static,
    ) -> Answer<u64> {
        let write = move |transaction: &vouchsafe_store::Transaction<'_>| {
            let mut changed = 0;
            for id in &ids {
                changed += u64::from(change(transaction, id)?);
            }
            Ok(changed)
        };
        self.agent()?.store().write(write).await.map_err(|error: StoreError| Failure::from(error))
    }

    /// The tags that begin with this, by name.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn tags(&self, beginning: &str) -> Answer<Vec<TagView>> {
        let beginning: String = beginning.trim().chars().take(MAX_TAG).collect();
        let found = self
            .agent()?
            .store()
            .read(move |reader| reader.tags(&beginning, MAX_TAGS))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let view = |tag: vouchsafe_store::TagCount| TagView {
            name: tag.name,
            count: u32::try_from(tag.count).unwrap_or(u32::MAX),
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// Call a tag something else on every credential that has it; two of one name become one.
    ///
    /// # Errors
    ///
    /// `not-found`, `tag-unusable`, `wallet-locked`; what the store says.
    pub async fn rename_tag(&self, name: &str, new: &str) -> Answer<()> {
        let (name, new) = (name.to_owned(), tag_of(new)?);
        self.for_a_tag(move |transaction| transaction.rename_tag(&name, &new)).await
    }

    /// Take a tag off every credential.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn delete_tag(&self, name: &str) -> Answer<()> {
        let name = name.to_owned();
        self.for_a_tag(move |transaction| transaction.delete_tag(&name)).await
    }

    async fn for_a_tag(
        &self,
        change: impl FnOnce(&vouchsafe_store::Transaction<'_>) -> Result<bool, StoreError> + Send + 'static,
    ) -> Answer<()> {
        let found = self.agent()?.store().write(change).await.map_err(|error: StoreError| Failure::from(error))?;
        if !found {
            return Err(Failure::not_found("tag"));
        }
        self.announcer.say([Topic::Credentials]);
        Ok(())
    }

    /// How the list was arranged last.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn arrangement(&self) -> Answer<Arrangement> {
        // What an older version kept may lack something: then the list begins as a new one.
        let kept = self
            .agent()?
            .store()
            .read(|reader| match reader.setting::<Arrangement>(KEY) {
                Err(StoreError::Damaged(_)) => Ok(None),
                kept => kept,
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        Ok(kept.unwrap_or_default())
    }

    /// Keep how the list is arranged.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn arrange(&self, mut arrangement: Arrangement) -> Answer<()> {
        arrangement.collapsed.truncate(MAX_GROUPS);
        self.agent()?
            .store()
            .write(move |transaction| transaction.put_setting(KEY, &arrangement))
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }
}

fn filter_of(query: &CredentialQuery, now: Timestamp) -> ListFilter {
    let arrangement = &query.arrangement;
    let standing = match arrangement.show {
        CredentialShow::All | CredentialShow::Favourites => None,
        CredentialShow::Valid => Some(ListStanding::Valid(now)),
        CredentialShow::Expiring => Some(ListStanding::Expiring(now, now.saturating_add(SOON).unwrap_or(now))),
        CredentialShow::Expired => Some(ListStanding::Expired(now)),
        CredentialShow::Revoked => Some(ListStanding::Revoked),
        CredentialShow::Suspended => Some(ListStanding::Suspended(now)),
        CredentialShow::Unverified => Some(ListStanding::Unverified),
        CredentialShow::Unknown => Some(ListStanding::Unknown(now)),
    };
    ListFilter {
        text: query.query.trim().chars().take(MAX_QUERY).collect(),
        issuer_id: query.issuer_did.clone(),
        tag: arrangement.tag.clone(),
        favourite: arrangement.show == CredentialShow::Favourites,
        practice: match arrangement.practice {
            PracticeShow::With => None,
            PracticeShow::Only => Some(true),
            PracticeShow::Without => Some(false),
        },
        standing,
    }
}

/// The issuers of what fits, each with the name that its rows show, in the order of their names.
fn issuers(reader: &Reader<'_>, filter: &ListFilter) -> Result<Vec<(String, IssuerCount)>, StoreError> {
    let mut names = Names::default();
    let mut found = Vec::new();
    for issuer in reader.credential_issuers(filter)? {
        let connection = names.of(reader, issuer.connection_id.as_deref())?;
        let given = connection.map(|connection| connection.name).or_else(|| issuer.issuer_name.clone());
        found.push((given.map_or_else(|| short_did(&issuer.issuer_id), |name| cut(&name, 120)), issuer));
    }
    found.sort_by_cached_key(|(name, issuer)| (name.to_lowercase(), issuer.issuer_id.clone()));
    Ok(found)
}

/// A page of the list that is ordered by the issuers' names: as many issuers as the page touches are asked for theirs.
fn by_issuer(
    reader: &Reader<'_>,
    filter: &ListFilter,
    favourites_first: bool,
    page: StorePage,
) -> Result<(u64, Vec<vouchsafe_store::CredentialListRow>), StoreError> {
    let groups = issuers(reader, filter)?;
    let total = groups.iter().map(|(_, issuer)| issuer.count).sum();
    let (mut skip, mut rows) = (u64::from(page.offset), Vec::new());
    for (_, issuer) in groups {
        let left = usize::try_from(page.limit).unwrap_or(usize::MAX).saturating_sub(rows.len());
        if left == 0 {
            break;
        }
        if skip >= issuer.count {
            skip -= issuer.count;
            continue;
        }
        let part = StorePage {
            limit: u32::try_from(left).unwrap_or(u32::MAX),
            offset: u32::try_from(skip).unwrap_or(u32::MAX),
            descending: false,
        };
        skip = 0;
        let filter = ListFilter { issuer_id: Some(issuer.issuer_id), ..filter.clone() };
        rows.extend(reader.credential_list(&filter, ListOrder::Newest, favourites_first, part)?);
    }
    Ok((total, rows))
}

/// Rows that read the same say in what they differ: the end of their ids.
fn tell_twins_apart(rows: &mut [CredentialRow]) {
    let look = |row: &CredentialRow| {
        let attributes: Vec<String> = row.attributes.iter().map(|attribute| attribute.value.clone()).collect();
        (row.title.clone(), row.issuer.clone(), attributes)
    };
    let mut seen = std::collections::HashMap::new();
    for row in rows.iter() {
        *seen.entry(look(row)).or_insert(0_u32) += 1;
    }
    for row in rows.iter_mut() {
        if seen.get(&look(row)).is_none_or(|count| *count < 2) {
            row.id_end = None;
        }
    }
}

fn tag_of(tag: &str) -> Answer<String> {
    let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
    if tag.is_empty() || tag.chars().count() > MAX_TAG || tag.chars().any(char::is_control) {
        return Err(Failure::invalid("tag-unusable", "A tag has 1 to 60 characters.", "Write a word or a few."));
    }
    Ok(tag)
}

fn too_many() -> Failure {
    Failure::invalid("too-many", "More than 10,000 credentials were chosen.", "Narrow the list and choose again.")
}
