//! The page itself: one document without scripts, fonts or pictures from anywhere. Every word that is not ours is
//! escaped where it is written.

use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::words::Words;

/// What the page says of an invitation.
pub(super) struct Invited<'a> {
    pub label: &'a str,
    pub issues: bool,
    pub open: &'a str,
    pub link: &'a str,
    pub code: Option<&'a str>,
    pub expires_at: Option<Timestamp>,
}

/// The longest name that is shown; nobody is called longer.
const MAX_LABEL: usize = 120;

const STYLE: &str = "
:root { color-scheme: light dark; --canvas: #f5f5f7; --surface: #fff; --text: #1a1b1f; --muted: #5a5d66;
  --border: #dedfe4; --accent: #3a5bd9; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --canvas: #141518; --surface: #1c1d21; --text: #ecedf0; --muted: #a6a9b2; --border: #2f3137;
    --accent: #8fa6ff; --on-accent: #11142a; }
}
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--canvas);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 2rem; border: 1px solid var(--border); border-radius: 16px;
  background: var(--surface); display: grid; gap: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 600; }
h2 { font-size: 1rem; font-weight: 600; margin-bottom: 0.5rem; }
.who { font-size: 1.125rem; font-weight: 500; overflow-wrap: anywhere; }
.muted { color: var(--muted); font-size: 0.875rem; }
.open { display: block; padding: 0.75rem 1rem; border-radius: 8px; background: var(--accent); color: var(--on-accent);
  text-align: center; text-decoration: none; font-weight: 600; }
.open:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 8px; }
.code { display: grid; justify-items: center; gap: 0.75rem; text-align: center; }
.code svg { width: 17.5rem; max-width: 100%; border-radius: 8px; }
ol { padding-left: 1.25rem; display: grid; gap: 0.375rem; }
summary { cursor: pointer; }
.link { margin-top: 0.75rem; padding: 0.75rem; max-height: 10rem; overflow: auto; border: 1px solid var(--border);
  border-radius: 8px; font: 0.75rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; user-select: all;
  -webkit-user-select: all; }
";

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| STANDARD.encode(Sha256::digest(STYLE)));

/// By which the page's policy knows its one style sheet.
pub(super) fn style_hash() -> &'static str {
    &STYLE_HASH
}

/// The page of an invitation that can be used.
pub(super) fn invited(invited: &Invited<'_>, words: &Words) -> String {
    let label = invited.label.trim();
    let who = if label.is_empty() { words.somebody.to_owned() } else { format!("“{}”", escape(&cut(label))) };
    let mut body = format!(
        "<header><h1>{heading}</h1></header>\
         <section><p class=\"who\">{who}</p>{unverified}</section>\
         <a class=\"open\" href=\"{open}\">{open_word}</a>",
        heading = if invited.issues { words.issue } else { words.connect },
        unverified =
            if label.is_empty() { String::new() } else { format!("<p class=\"muted\">{}</p>", words.unverified) },
        open = escape(invited.open),
        open_word = words.open,
    );
    if let Some(code) = invited.code {
        let _ = write!(
            body,
            "<section class=\"code\"><div role=\"img\" aria-label=\"{}\">{code}</div><p class=\"muted\">{}</p></section>",
            words.code, words.scan
        );
    }
    let _ = write!(body, "<section><h2>{}</h2><ol>", words.next);
    for step in words.steps {
        let _ = write!(body, "<li>{step}</li>");
    }
    body.push_str("</ol></section>");
    let _ = write!(
        body,
        "<details><summary>{}</summary><p class=\"muted\">{}</p><p class=\"link\" tabindex=\"0\">{}</p></details>",
        words.nothing_happens,
        words.copy,
        escape(invited.link)
    );
    body.push_str("<footer class=\"muted\">");
    if let Some(end) = invited.expires_at {
        let _ = write!(body, "<p>{} {}</p>", words.until, end.strftime("%Y-%m-%d %H:%M UTC"));
    }
    let _ = write!(body, "<p>{}</p></footer>", words.own_wallet);
    document(words, words.title, &body)
}

/// The page of a link that leads to nothing, or to nothing any more.
pub(super) fn gone(words: &Words) -> String {
    let body = format!("<h1>{}</h1><p>{}</p><p>{}</p>", words.gone_title, words.gone, words.gone_next);
    document(words, words.gone_title, &body)
}

fn document(words: &Words, title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>\n",
        words.language
    )
}

fn cut(label: &str) -> String {
    // Characters that turn the direction of writing could make a name read as another.
    label
        .chars()
        .filter(|letter| !letter.is_control() && !matches!(*letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(MAX_LABEL)
        .collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
