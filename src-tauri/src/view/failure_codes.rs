//! Every code that the window can be given has words in the window's catalogue. The codes are read from where failures and
//! a form's problems are made, so that a new one without words fails here; English words are said where the code is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// The program's own source, without its tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![project().join("src-tauri/src")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && name != "tests.rs"
                && name != "failure_codes.rs"
            {
                let source = read(&path);
                let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
                sources.push((path, source));
            }
        }
    }
    sources
}

/// What stands for the code where a failure is made: its text, or else an expression.
fn made(source: &str, call: &str) -> Vec<Result<String, String>> {
    regex(&format!(r#"{call}\(\s*(?:"([^"]*)"|([^,)]+))"#))
        .captures_iter(source)
        .map(|found| match (found.get(1), found.get(2)) {
            (Some(code), _) => Ok(code.as_str().to_owned()),
            (None, other) => Err(other.unwrap().as_str().to_owned()),
        })
        .collect()
}

fn codes_of_failures() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for (path, source) in sources() {
        let mut calls = vec![r"\bFailure::(?:new|invalid)".to_owned()];
        if source.contains("for Failure {") || source.contains("impl Failure {") {
            calls.push(r"\bSelf::(?:new|invalid)".to_owned());
        }
        // What is handed a code is asked where it is called.
        for hands_on in regex(r"\bfn (\w+)\(\s*code: &'static str").captures_iter(&source) {
            if !matches!(&hands_on[1], "new" | "invalid") {
                calls.push(format!(r"(?:[^n]|[^f]n|[^ ]fn) ?\b{}", &hands_on[1]));
            }
        }
        for code in calls.iter().flat_map(|call| made(&source, call)) {
            match code {
                Ok(code) => drop(codes.insert(code)),
                Err(handed) if handed == "code" || handed == "error.code(" || handed.starts_with("code: ") => {}
                Err(other) => panic!("{}: a failure's code has to stand there, not {other}", path.display()),
            }
        }
    }
    let ledger = read(&project().join("src-tauri/crates/agent/src/cheqd/error.rs"));
    let (_, ledger) = ledger.split_once("pub fn code(&self)").unwrap();
    codes.extend(regex(r#"=> "([a-z-]+)","#).captures_iter(ledger).map(|found| found[1].to_owned()));
    codes
}

fn codes_of_problems() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for (path, source) in sources() {
        let calls = [
            r#"FormProblem::whole\(\s*"([a-z-]+)""#,
            r#"FormProblem::at\(\s*(?:&format!\([^)]*\)|[^,]+),\s*"([a-z-]+)""#,
        ];
        // Where a form or a template is judged, what is wrong is told by a word of its own.
        let verdicts = [r#"\bwrong\((?:"\w+", )?"([a-z-]+)","#, r#"=> \(\s*"([a-z-]+)","#];
        let judges = path.ends_with("judge.rs") || path.ends_with("validate.rs");
        for call in calls.iter().chain(verdicts.iter().filter(|_| judges)) {
            codes.extend(regex(call).captures_iter(&source).map(|found| found[1].to_owned()));
        }
    }
    codes
}

fn catalogue(file: &str) -> String {
    read(&project().join("ui/src/messages").join(file))
}

#[test]
fn every_failure_has_its_words_in_german() {
    let words: String =
        ["failures", "failures-app", "failures-engine"].map(|file| catalogue(&format!("de/{file}.ts"))).concat();
    let mut said = BTreeSet::new();
    for entry in regex(r"(?ms)^  '?([a-z-]+)'?: \{\n(.*?)^  \},").captures_iter(&words) {
        // What happened may hold particulars that only the program knows; the rest is always said.
        for part in ["title", "lost", "next"] {
            assert!(entry[2].contains(&format!("    {part}:")), "{} does not say its {part}", &entry[1]);
        }
        assert!(said.insert(entry[1].to_owned()), "{} is said twice", &entry[1]);
    }
    let made = codes_of_failures();
    assert!(made.len() > 100, "codes were looked for in the wrong place: {made:?}");
    assert_eq!(made.difference(&said).collect::<Vec<_>>(), [""; 0], "codes without words");
    assert_eq!(said.difference(&made).collect::<Vec<_>>(), [""; 0], "words that no failure says");
}

#[test]
fn every_problem_of_a_form_and_of_a_row_has_its_words_in_german() {
    let codes = codes_of_problems();
    assert!(codes.len() > 30, "codes were looked for in the wrong place: {codes:?}");
    let forms = catalogue("de/templates.ts");
    let rows = catalogue("de/runs.ts");
    let words = [forms.split_once("  problems: {").unwrap().1, rows.split_once("  problemWords: {").unwrap().1];
    let without: Vec<&String> = codes
        .iter()
        .filter(|code| {
            let entry = regex(&format!(r"(?m)^    '?{code}'?: \("));
            !words.iter().any(|words| entry.is_match(words))
        })
        .collect();
    assert_eq!(without, [""; 0], "codes without words");
}
