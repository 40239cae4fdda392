//! The migration list: what the person has and where to get it again (EUDI ARF, Mig_01 to Mig_04). It names kinds,
//! issuers and connections; no value of a claim and no key is in it, so it may lie where a backup may not.

use std::fmt::Write as _;

use jiff::Timestamp;
use url::Url;
use vouchsafe_store::{Reader, StoreError};

use super::Profile;
use super::records;
use crate::commands::Answer;
use crate::table;
use crate::templates::escape;
use crate::view::backup::{MigrationFormat, MigrationList, MigrationRow, small};
use crate::view::card::cut;
use crate::view::connections::name_of;

/// Kinds of credentials listed at most.
const MOST: u32 = 5_000;

impl Profile {
    /// What the person has and where to get it again.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn migration_list(&self) -> Answer<MigrationList> {
        let open = self.open()?;
        let label = open.running.lock().kept.label.clone();
        let rows = open.agent.store().read(rows).await?;
        Ok(MigrationList { label, made_at: Timestamp::now().to_string(), rows })
    }
}

fn rows(reader: &Reader<'_>) -> Result<Vec<MigrationRow>, StoreError> {
    let sources = reader.credential_sources(MOST)?;
    sources
        .into_iter()
        .map(|source| {
            let connection = records::connection(reader, source.connection_id.as_deref())?;
            let name = connection.as_ref().map(name_of);
            let endpoint =
                connection.and_then(|connection| connection.their_target()).and_then(|target| target.endpoint);
            let host = endpoint.or_else(|| source.issuer.starts_with("http").then(|| source.issuer.clone()));
            let host =
                host.and_then(|address| address.parse::<Url>().ok()).and_then(|url| url.host_str().map(str::to_owned));
            let types: Vec<String> = serde_json::from_str(&source.types).unwrap_or_default();
            Ok(MigrationRow {
                title: cut(&source.title, 120),
                types: types
                    .into_iter()
                    .filter(|kind| kind != "VerifiableCredential")
                    .map(|kind| cut(&kind, 120))
                    .collect(),
                count: small(source.count),
                issuer_name: source.issuer_name.map(|name| cut(&name, 120)),
                issuer: cut(&source.issuer, 300),
                since: source.since.to_string(),
                expires_at: source.expires_at.map(|at| at.to_string()),
                connection: name,
                host: host.or_else(|| web_host(&source.issuer)),
            })
        })
        .collect()
}

/// The host that a did:web names.
fn web_host(did: &str) -> Option<String> {
    let rest = did.strip_prefix("did:web:")?;
    rest.split(':').next().filter(|host| !host.is_empty()).map(|host| cut(host, 200))
}

impl MigrationList {
    /// The list as a file.
    pub fn written(&self, format: MigrationFormat) -> String {
        match format {
            MigrationFormat::Json => serde_json::to_string_pretty(self).unwrap_or_default(),
            MigrationFormat::Csv => self.csv(),
            MigrationFormat::Html => self.html(),
        }
    }

    fn csv(&self) -> String {
        let head =
            ["credential", "types", "count", "issuer", "issuer id", "since", "valid until", "connection", "host"];
        let rows = self.rows.iter().map(|row| {
            vec![
                row.title.clone(),
                row.types.join(" "),
                row.count.to_string(),
                row.issuer_name.clone().unwrap_or_default(),
                row.issuer.clone(),
                row.since.clone(),
                row.expires_at.clone().unwrap_or_default(),
                row.connection.clone().unwrap_or_default(),
                row.host.clone().unwrap_or_default(),
            ]
        });
        // Writing to memory cannot fail.
        table::write(std::iter::once(head.map(str::to_owned).to_vec()).chain(rows)).unwrap_or_default()
    }

    fn html(&self) -> String {
        let day = |time: &str| time.split('T').next().unwrap_or_default().to_owned();
        let mut text = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Credentials of {0}</title>\n\
             <style>body{{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:60rem}}table{{border-collapse:collapse;\
             width:100%}}th,td{{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc}}\
             td{{overflow-wrap:anywhere}}tr{{break-inside:avoid}}@media print{{body{{margin:0}}}}</style></head>\n\
             <body><h1>Credentials of {0}</h1>\n<p>What this wallet had on {1}, and where to get it again. No value of a \
             credential and no key is in this list.</p>\n<table><thead><tr><th>Credential<th>Number<th>Issuer<th>Since\
             <th>Valid until<th>Where to ask</tr></thead><tbody>\n",
            escape(&self.label),
            day(&self.made_at)
        );
        for row in &self.rows {
            let issuer = row.issuer_name.as_ref().map_or_else(String::new, |name| format!("{}<br>", escape(name)));
            let place: Vec<String> =
                [&row.connection, &row.host].into_iter().flatten().map(|text| escape(text)).collect();
            let _ = writeln!(
                text,
                "<tr><td>{}<td>{}<td>{issuer}<small>{}</small><td>{}<td>{}<td>{}</tr>",
                escape(&row.title),
                row.count,
                escape(&row.issuer),
                day(&row.since),
                row.expires_at.as_deref().map(day).unwrap_or_default(),
                place.join("<br>")
            );
        }
        text.push_str("</tbody></table></body></html>\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_issuer_wrote_is_text_in_every_format() {
        let row = MigrationRow {
            title: "=HYPERLINK(\"http://x\")".to_owned(),
            types: vec!["Permit".to_owned()],
            count: 2,
            issuer_name: Some("<script>".to_owned()),
            issuer: "did:web:example.org:a".to_owned(),
            since: "2026-01-02T03:04:05Z".to_owned(),
            expires_at: None,
            connection: Some("City & Co".to_owned()),
            host: web_host("did:web:example.org:a"),
        };
        let list =
            MigrationList { label: "Ada".to_owned(), made_at: "2026-11-23T00:00:00Z".to_owned(), rows: vec![row] };
        assert!(list.written(MigrationFormat::Csv).contains("\"'=HYPERLINK(\"\"http://x\"\")\",Permit,2,"));
        let page = list.written(MigrationFormat::Html);
        assert!(
            page.contains("&lt;script&gt;")
                && page.contains("City &amp; Co<br>example.org")
                && !page.contains("<script>")
        );
        let read: serde_json::Value = serde_json::from_str(&list.written(MigrationFormat::Json)).unwrap();
        assert_eq!(read["rows"][0]["host"], "example.org");
    }
}
