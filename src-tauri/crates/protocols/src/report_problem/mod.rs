//! Problem reports (RFC 0035): what one side tells the other when a thread cannot go on. Protocols send them under a
//! type of their own (`issue-credential/2.0/problem-report`); what fits no protocol goes under `notification/1.0` or
//! `report-problem/1.0`. The text comes from a stranger: it is shown as text, shortened, and never acted upon.

use std::fmt;

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{Message, Thread};

use crate::step::{Context, ProtocolError};

/// The longest description that is kept, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 1000;

/// The type for problems outside any protocol that has its own (RFC 0035).
pub const GENERIC: &str = "https://didcomm.org/report-problem/1.0/problem-report";
/// The type that ACA-Py uses for messages it cannot dispatch.
pub const NOTIFICATION: &str = "https://didcomm.org/notification/1.0/problem-report";

/// A problem, ready to be sent on a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemReport {
    /// The message type it goes under.
    pub type_uri: String,
    /// The code that the protocol's RFC gives it.
    pub code: String,
    /// One sentence for the other side's person.
    pub description: String,
}

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<Description>,
    // Both words are met in place of `description`: DID Exchange and Connections put theirs at the top level.
    #[serde(default, rename = "problem-code", skip_serializing_if = "Option::is_none")]
    problem_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    explain: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Description {
    Localised {
        #[serde(default)]
        en: String,
        #[serde(default)]
        code: String,
    },
    Text(String),
}

impl ProblemReport {
    /// A report of `code` under `type_uri`.
    pub fn new(type_uri: &str, code: &str, description: impl Into<String>) -> Self {
        Self { type_uri: type_uri.to_owned(), code: code.to_owned(), description: description.into() }
    }

    /// The message, on the thread `thid` (below `pthid`, if there is one).
    ///
    /// # Errors
    /// [`ProtocolError::Unsendable`] if the type is not a message type.
    pub fn into_message(
        self,
        thid: &str,
        pthid: Option<&str>,
        context: &mut Context<'_>,
    ) -> Result<Message, ProtocolError> {
        // RFC 0023 and 0160 (whose type ends in an underscore) want both at the top level; ACA-Py reads `description`.
        let top_level = self.type_uri.ends_with("/problem_report");
        let body = Body {
            problem_code: top_level.then(|| self.code.clone()),
            explain: top_level.then(|| self.description.clone()),
            description: Some(Description::Localised { en: self.description, code: self.code }),
        };
        let thread = Thread { thid: Some(thid.to_owned()), pthid: pthid.map(str::to_owned), ..Thread::default() };
        Message::build(&self.type_uri, context.new_id(), &body)
            .map(|message| message.with_thread(thread))
            .map_err(|error| ProtocolError::Unsendable(error.to_string()))
    }

    /// Reads a received report of any protocol, however loosely it was written.
    pub fn read(message: &Message) -> Self {
        let mut code = String::new();
        let mut text = String::new();
        if let Ok(body) = message.body::<Body>() {
            match body.description {
                Some(Description::Localised { en, code: its_code }) => {
                    text = en;
                    code = its_code;
                }
                Some(Description::Text(words)) => text = words,
                None => {}
            }
            if let Some(its_code) = body.problem_code {
                code = its_code;
            }
            if text.is_empty() {
                text = body.explain.unwrap_or_default();
            }
        }
        Self {
            type_uri: message.message_type().to_string(),
            code: code.chars().take(100).collect(),
            description: text.chars().take(MAX_DESCRIPTION_CHARS).collect(),
        }
    }
}

impl fmt::Display for ProblemReport {
    /// What it says, for the person: the words, with the code behind them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.description.as_str(), self.code.as_str()) {
            ("", "") => f.write_str("no reason given"),
            ("", code) => f.write_str(code),
            (words, "") => f.write_str(words),
            (words, code) => write!(f, "{words} ({code})"),
        }
    }
}
