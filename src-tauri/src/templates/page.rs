//! A page to print or to keep: an invitation's code with what it is for and how to use it, as one HTML file that asks
//! nothing of any server. The module of the code is at least 0.6 mm on the paper, its quiet zone is white.

/// What stands on the page.
pub struct Page<'a> {
    /// The issuer's name.
    pub issuer: &'a str,
    /// What is offered, such as "To receive: Membership card".
    pub goal: Option<&'a str>,
    /// The QR code as SVG.
    pub svg: &'a str,
    /// Its modules on a side, with the quiet zone.
    pub modules: u32,
    /// The link, where it is short enough to be typed.
    pub link: Option<&'a str>,
    /// The last day it can be used, as text.
    pub until: Option<&'a str>,
    /// In German; else in English.
    pub german: bool,
}

/// The longest link that anybody types.
pub const TYPED: usize = 80;
/// The least width of a module, in tenths of a millimetre.
const MODULE: u32 = 6;
/// The width that a code has if its modules allow, and the most that A4 and Letter leave, in tenths of a millimetre.
const USUAL: u32 = 900;
const WIDEST: u32 = 1700;

impl Page<'_> {
    /// The page; `None` where its code would have modules too small to be read from paper.
    pub fn html(&self) -> Option<String> {
        let side = USUAL.max(self.modules * MODULE);
        if side > WIDEST {
            return None;
        }
        let (language, steps, until, link) = if self.german {
            (
                "de",
                [
                    "Öffnen Sie Ihre Wallet-App für digitale Nachweise.",
                    "Scannen Sie diesen Code mit der Wallet, nicht mit der Kamera allein.",
                    "Vergleichen Sie den Namen oben mit dem, den Ihre Wallet zeigt, und stimmen Sie der Verbindung zu.",
                    "Lesen Sie das Angebot und nehmen Sie es an.",
                ],
                "Gültig bis",
                "Oder geben Sie in der Wallet diese Adresse ein:",
            )
        } else {
            (
                "en",
                [
                    "Open your wallet app for digital credentials.",
                    "Scan this code with the wallet, not with the camera alone.",
                    "Compare the name above with the one that your wallet shows, and agree to connect.",
                    "Read the offer and accept it.",
                ],
                "Valid until",
                "Or type this address in the wallet:",
            )
        };
        let steps = format!("<li>{}</li>", steps.join("</li><li>"));
        let goal = self.goal.map(|goal| format!("<p class=goal>{}</p>", escape(goal))).unwrap_or_default();
        let until = self.until.map(|day| format!("<p class=until>{until} {}</p>", escape(day))).unwrap_or_default();
        let link = self
            .link
            .filter(|link| link.len() <= TYPED)
            .map(|address| format!("<p>{link}<br><code>{}</code></p>", escape(address)))
            .unwrap_or_default();
        Some(format!(
            "<!doctype html>\n<html lang={language}><head><meta charset=utf-8>\
             <meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <title>{issuer}</title><style>{STYLE}.code{{width:{}mm;height:{}mm}}</style></head>\
             <body><main><h1>{issuer}</h1>{goal}<div class=code>{}</div>{until}<ol>{steps}</ol>{link}</main></body></html>\n",
            tenths(side),
            tenths(side),
            self.svg,
            issuer = escape(self.issuer),
        ))
    }
}

const STYLE: &str = "@page{size:auto;margin:15mm}*{box-sizing:border-box;margin:0}\
    body{font:12pt/1.5 system-ui,sans-serif;color:#000;background:#fff}\
    main{max-width:180mm;margin:0 auto;padding:10mm 0;display:flex;flex-direction:column;align-items:center;gap:6mm;text-align:center}\
    h1{font-size:24pt;line-height:1.2;overflow-wrap:anywhere}.goal{font-size:14pt;overflow-wrap:anywhere}\
    .code svg{width:100%;height:100%;display:block}ol{text-align:left;padding-left:8mm;max-width:130mm;display:grid;gap:2mm}\
    code{font:14pt monospace;overflow-wrap:anywhere}.until{font-weight:600}";

fn tenths(length: u32) -> String {
    format!("{}.{}", length / 10, length % 10)
}

/// Text as it stands in HTML.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
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

#[cfg(test)]
mod tests {
    use super::{Page, TYPED};

    #[test]
    fn a_page_is_whole_in_itself_and_text_stays_text() {
        let page = Page {
            issuer: "<script>alert(1)</script>",
            goal: Some("To receive: \"A & B\""),
            svg: "<svg/>",
            modules: 65,
            link: Some("https://example.org/i/abc"),
            until: Some("2026-12-31"),
            german: false,
        };
        let html = page.html().unwrap();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
        assert!(html.contains("A &amp; B") && html.contains("90.0mm"));
        assert!(!html.contains("src=") && !html.contains("href="));
        let large = Page { modules: 185, ..page };
        assert!(large.html().unwrap().contains("111.0mm"), "185 modules of 0.6 mm");
        let long = "x".repeat(TYPED + 1);
        assert!(!Page { link: Some(&long), ..large }.html().unwrap().contains(&long));
        assert!(Page { modules: 300, link: None, ..large }.html().is_none());
    }
}
