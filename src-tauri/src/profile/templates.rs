//! Templates: kept in the wallet, looked at while they are made, handed on as files; and forms that are not finished.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;
use vouchsafe_credentials::{Summary, Takes, Vocabulary, bundled_contexts};
use vouchsafe_store::{Reader, StoreError, TemplateRow as Row};

use super::Profile;
use crate::commands::Answer;
use crate::templates::schema::{self, FromSchema};
use crate::templates::{Page, Template, built_in, file, find};
use crate::view::card::{Card, CardState, claims_of};
use crate::view::issue::{FieldKind, IssueType};
use crate::view::templates::{DraftOf, ImportedTemplate, TemplateLook, TemplateRow, TemplateTerm};
use crate::view::{Failure, Topic};

/// The most templates of one wallet.
const MAX_TEMPLATES: u32 = 200;
/// The longest unfinished form, in bytes.
const MAX_DRAFT: usize = 1024 * 1024;

impl Profile {
    /// The types that can be issued; the last is `custom`.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn issue_types(&self) -> Answer<Vec<IssueType>> {
        Ok(crate::templates::types(&self.saved_templates().await?))
    }

    /// The person's own templates, by name.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn saved_templates(&self) -> Answer<Vec<Template>> {
        let agent = self.agent()?;
        let rows = agent.store().read(|reader: &Reader<'_>| reader.templates(MAX_TEMPLATES)).await;
        rows.map_err(|error: StoreError| Failure::from(error))?.iter().map(read).collect()
    }

    /// The list: the person's own templates, then the built-in ones.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn templates(&self) -> Answer<Vec<TemplateRow>> {
        let own = self.saved_templates().await?;
        let row = |own: bool| {
            move |template: &Template| TemplateRow {
                id: template.id.clone(),
                name: template.name.clone(),
                description: template.description.clone(),
                fields: u32::try_from(template.fields.len()).unwrap_or(u32::MAX),
                own,
            }
        };
        Ok(own.iter().map(row(true)).chain(built_in().iter().map(row(false))).collect())
    }

    /// One template, whole.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn whole_template(&self, id: &str) -> Answer<Template> {
        let own = self.saved_templates().await?;
        find(&own, id).cloned().ok_or_else(|| Failure::not_found("template"))
    }

    /// What a template makes, and what stands in its way.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub fn look_at_template(&self, template: Template) -> Answer<TemplateLook> {
        let open = self.open()?;
        let (label, now) = (open.running.lock().kept.label.clone(), open.agent.now());
        let template = tidy(template);
        let issuer = template.issuer_did.clone().unwrap_or_else(|| "did:example:issuer".to_owned());
        let problems = template.problems(now);
        let credential = template.credential(&template.samples(), &issuer, now).unwrap_or(Value::Null);
        let summary = Summary::of(&credential);
        let within: Vec<&str> = template.subject_types.iter().map(String::as_str).collect();
        // Of contexts without a definition of the document's own, or every field would be among what is offered.
        let named = Template { fields: Vec::new(), types: Vec::new(), subject_types: Vec::new(), ..template.clone() };
        let offered = Vocabulary::of(&named.context(), &within).unwrap_or_default();
        let mut card = Card::of(&summary, Some(&label), CardState::Offered);
        if credential.is_null() {
            card.title.clone_from(&template.name);
        }
        Ok(TemplateLook {
            ready: problems.is_empty(),
            problems,
            card,
            claims: claims_of(&summary, &credential),
            types: offered.types.into_iter().map(|term| term.name).collect(),
            terms: offered
                .terms
                .into_iter()
                .filter(|term| term.takes != Takes::Json)
                .map(|term| TemplateTerm { kind: kind_of(&term.takes, &term.name), name: term.name })
                .collect(),
            pinned: bundled_contexts().iter().map(|context| context.url.to_owned()).collect(),
        })
    }

    /// Keep a template: a new one where its id is empty or a built-in one's. Answers with its id.
    ///
    /// # Errors
    ///
    /// `template-refused`, `too-many-templates`, `wallet-locked`; what the store says.
    pub async fn save_template(&self, template: Template) -> Answer<String> {
        let open = self.open()?;
        let now = open.agent.now();
        let mut template = tidy(template);
        if let Some(problem) = template.problems(now).first() {
            return Err(Failure::invalid("template-refused", problem.sentence.clone(), "Mend it and save it again."));
        }
        if template.id.is_empty() || built_in().iter().any(|known| known.id == template.id) {
            template.id = Uuid::new_v4().to_string();
        }
        let id = template.id.clone();
        self.keep_template(template, now).await?;
        Ok(id)
    }

    async fn keep_template(&self, template: Template, now: Timestamp) -> Answer<()> {
        let agent = self.agent()?;
        let row = Row {
            id: template.id.clone(),
            name: template.name.clone(),
            template: serde_json::to_string(&template).unwrap_or_default(),
            changed_at: now,
        };
        let kept = agent
            .store()
            .write(move |transaction| {
                if transaction.template(&row.id)?.is_none() && transaction.count_templates()? >= MAX_TEMPLATES {
                    return Ok(false);
                }
                transaction.put_template(&row).map(|()| true)
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        if !kept {
            return Err(Failure::invalid(
                "too-many-templates",
                format!("A wallet keeps at most {MAX_TEMPLATES} templates."),
                "Delete one that is not used any more.",
            ));
        }
        self.announcer.say([Topic::Settings]);
        Ok(())
    }

    /// Delete a template of one's own. What was issued by it stays.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn delete_template(&self, id: String) -> Answer<()> {
        let agent = self.agent()?;
        let found = agent
            .store()
            .write(move |transaction| transaction.delete_template(&id))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        self.announcer.say([Topic::Settings]);
        if found { Ok(()) } else { Err(Failure::not_found("template")) }
    }

    /// A template as the text of a file.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn template_file(&self, id: &str) -> Answer<(String, String)> {
        let template = self.whole_template(id).await?;
        Ok((template.name.clone(), file::write(&template)))
    }

    /// Keep the template of a file as a new one, or what a JSON Schema makes.
    ///
    /// # Errors
    ///
    /// `template-file-refused`, `too-many-templates`, `wallet-locked`; what the store says.
    pub async fn import_template(&self, text: &str) -> Answer<ImportedTemplate> {
        let now = self.agent()?.now();
        let read = match schema::find(text) {
            Some(schema) => schema::read(&schema, now),
            None => file::read(text, now).map(|template| FromSchema { template, left_out: Vec::new() }),
        };
        let FromSchema { mut template, left_out } = read.map_err(|error| {
            Failure::invalid("template-file-refused", error.to_string(), "Ask whoever made it for a new file.")
        })?;
        template.id = Uuid::new_v4().to_string();
        let id = template.id.clone();
        self.keep_template(template, now).await?;
        Ok(ImportedTemplate { id, left_out })
    }

    /// What is kept of a form that is not finished.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn kept_draft(&self, of: DraftOf) -> Answer<Option<String>> {
        let agent = self.agent()?;
        let kept = agent.store().read(move |reader: &Reader<'_>| reader.setting::<String>(key(of))).await;
        kept.map_err(|error: StoreError| Failure::from(error))
    }

    /// Keep a form that is not finished, or forget it.
    ///
    /// # Errors
    ///
    /// `too-large`, `wallet-locked`; what the store says.
    pub async fn keep_draft(&self, of: DraftOf, text: Option<String>) -> Answer<()> {
        let agent = self.agent()?;
        if text.as_ref().is_some_and(|text| text.len() > MAX_DRAFT) {
            return Err(Failure::invalid(
                "too-large",
                "This form is too large to be kept while it is not finished.",
                "Use smaller images.",
            ));
        }
        agent
            .store()
            .write(move |transaction| match text {
                Some(text) => transaction.put_setting(key(of), &text),
                None => transaction.delete_setting(key(of)).map(drop),
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// The page of an invitation, to print or to keep: its name and its HTML. Its code is that of the short link
    /// where that is wanted and there is one.
    ///
    /// # Errors
    ///
    /// `page-too-dense`, `not-found`, `wallet-locked`; what the store says.
    pub async fn invitation_page(&self, oob_id: &str, by_short_link: bool, german: bool) -> Answer<(String, String)> {
        let invitation = self.invitation(oob_id).await?;
        let short = invitation.short.as_ref();
        let (svg, modules) = match short.filter(|_| by_short_link) {
            Some(short) => (&short.qr_svg, short.qr_modules),
            None => (&invitation.qr_svg, invitation.qr_modules),
        };
        let page = Page {
            issuer: &invitation.label,
            goal: invitation.goal.as_deref(),
            svg,
            modules,
            // Whichever the code shows, nobody types the whole invitation.
            link: Some(short.map_or(&invitation.url, |short| &short.url)),
            until: invitation.expires_at.as_deref().and_then(|at| at.get(..10)),
            german,
        };
        let html = page.html().ok_or_else(|| {
            Failure::invalid(
                "page-too-dense",
                "The code of this invitation is too dense to be read from paper.",
                "Use the short link if there is one; else show it on a screen, or send the link.",
            )
        })?;
        Ok((invitation.label, html))
    }
}

fn read(row: &Row) -> Answer<Template> {
    serde_json::from_str(&row.template)
        .map_err(|error| Failure::from(StoreError::Damaged(format!("a template cannot be read: {error}"))))
}

fn key(of: DraftOf) -> &'static str {
    match of {
        DraftOf::Credential => "draft-credential",
        DraftOf::Template => "draft-template",
    }
}

/// As it was meant: without blanks at its ends and empty lines, a pasted context document as the context in it.
fn tidy(mut template: Template) -> Template {
    let trim = |text: &mut String| *text = text.trim().to_owned();
    let none_if_empty = |text: &mut Option<String>| {
        *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    };
    trim(&mut template.name);
    trim(&mut template.description);
    none_if_empty(&mut template.issuer_did);
    none_if_empty(&mut template.meaning);
    let mut seen = BTreeSet::new();
    template.contexts = template
        .contexts
        .iter()
        .map(|context| unwrapped(context.trim()))
        .filter(|context| !context.is_empty() && seen.insert(context.clone()))
        .collect();
    for names in [&mut template.types, &mut template.subject_types] {
        names.iter_mut().for_each(trim);
        names.retain(|name| !name.is_empty() && name != "VerifiableCredential");
    }
    for field in &mut template.fields {
        trim(&mut field.name);
        trim(&mut field.label);
        trim(&mut field.example);
        for text in
            [&mut field.hint, &mut field.min, &mut field.max, &mut field.step, &mut field.pattern, &mut field.means]
        {
            none_if_empty(text);
        }
        field.choices.iter_mut().for_each(trim);
        field.choices.retain(|choice| !choice.is_empty());
    }
    template
}

fn unwrapped(context: &str) -> String {
    match serde_json::from_str::<Value>(context) {
        Ok(Value::Object(members)) => match members.get("@context") {
            Some(inner @ Value::Object(_)) => inner.to_string(),
            Some(Value::String(url)) => url.clone(),
            _ => Value::Object(members).to_string(),
        },
        _ => context.to_owned(),
    }
}

/// The kind of field that a definition asks for.
fn kind_of(takes: &Takes, name: &str) -> FieldKind {
    let picture = ["image", "photo", "portrait", "logo"].iter().any(|word| name.to_lowercase().contains(word));
    match takes {
        _ if picture => FieldKind::Image,
        Takes::Identifier => FieldKind::Address,
        Takes::Datatype(iri) => match iri.rsplit(['#', '/']).next().unwrap_or_default() {
            "date" => FieldKind::Date,
            "dateTime" if name.to_lowercase().ends_with("date") => FieldKind::Date,
            "dateTime" | "dateTimeStamp" => FieldKind::DateTime,
            "boolean" => FieldKind::YesNo,
            "integer" | "nonNegativeInteger" | "positiveInteger" | "int" | "long" | "decimal" | "double" | "float" => {
                FieldKind::Number
            }
            "anyURI" => FieldKind::Address,
            _ => FieldKind::Text,
        },
        Takes::Anything | Takes::Json => FieldKind::Text,
    }
}
