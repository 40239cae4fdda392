//! What was given on the command line, in the environment and in an argument file, brought together: the command line
//! wins over the environment, the environment over the file. Whatever its source, each value is checked the same way.

use std::collections::BTreeMap;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_yaml_ng::Value as Yaml;

use super::CommandError;
use super::flags::{FLAGS, Flag, Takes, Verdict, named};

/// The values of each flag that was given: a list of occurrences, each with its values.
#[derive(Default)]
pub(crate) struct Given {
    /// `start` or `provision`.
    pub command: String,
    flags: BTreeMap<&'static str, Vec<Vec<String>>>,
    /// What is to be said of flags that do nothing here.
    pub notes: Vec<String>,
}

impl Given {
    /// Reads all sources. `variable` looks into the environment, `read` reads a file.
    ///
    /// # Errors
    /// [`CommandError::Usage`] with a sentence, or [`CommandError::Shown`] for `--help` and `--version`.
    pub fn read(
        arguments: &[String],
        variable: impl Fn(&str) -> Option<String>,
        read: impl Fn(&str) -> std::io::Result<String>,
    ) -> Result<Self, CommandError> {
        let from_line = parse(&spelled_out(arguments))?;
        let (command, line) = from_line.subcommand().unwrap_or(("", &from_line));
        let mut given = Self { command: command.to_owned(), ..Self::default() };
        for flag in FLAGS {
            let from_line = occurrences(line, flag);
            let occurrences = if from_line.is_empty() { from_environment(flag, &variable)? } else { from_line };
            if !occurrences.is_empty() {
                given.flags.insert(flag.name, occurrences);
            }
        }
        if let Some(path) = given.one("arg-file").map(str::to_owned) {
            let unreadable = |error: std::io::Error| {
                CommandError::Usage(format!("the argument file {path} cannot be read: {error}"))
            };
            for (flag, occurrences) in from_file(&path, &read(&path).map_err(unreadable)?)? {
                given.flags.entry(flag.name).or_insert(occurrences);
            }
        }
        given.judge()?;
        Ok(given)
    }

    fn judge(&mut self) -> Result<(), CommandError> {
        for name in self.flags.keys() {
            match named(name).map(|flag| flag.verdict) {
                Some(Verdict::Refused(reason)) => {
                    return Err(CommandError::Usage(format!("--{name} is not served: {reason}")));
                }
                Some(Verdict::Noted(note)) => self.notes.push(format!("--{name} does nothing here: {note}")),
                Some(Verdict::Served) | None => {}
            }
        }
        Ok(())
    }

    /// Whether a flag was given.
    pub fn is_set(&self, name: &str) -> bool {
        self.flags.contains_key(name)
    }

    /// A flag's value: the last one, if it was given several times.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.flags.get(name)?.last()?.first().map(String::as_str)
    }

    /// Every value of a flag that may be repeated or takes several.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.flags.get(name).into_iter().flatten().flatten().map(String::as_str).collect()
    }

    /// Every occurrence of a flag with several values.
    pub fn each(&self, name: &str) -> impl Iterator<Item = &[String]> {
        self.flags.get(name).into_iter().flatten().map(Vec::as_slice)
    }
}

/// ACA-Py's short flags of two letters, spelled out: one dash and two letters mean two flags everywhere else.
fn spelled_out(arguments: &[String]) -> Vec<String> {
    let long = |argument: &String| {
        let short = argument.strip_prefix('-').filter(|short| short.len() == 2)?;
        FLAGS.iter().find(|flag| flag.short == Some(short)).map(|flag| format!("--{}", flag.name))
    };
    arguments.iter().map(|argument| long(argument).unwrap_or_else(|| argument.clone())).collect()
}

fn parse(arguments: &[String]) -> Result<ArgMatches, CommandError> {
    command().try_get_matches_from(arguments).map_err(|error| {
        if error.use_stderr() { CommandError::Usage(error.to_string()) } else { CommandError::Shown(error.to_string()) }
    })
}

/// The program's command line.
pub(crate) fn command() -> Command {
    let subcommand = |name: &'static str, about: &'static str| {
        FLAGS.iter().fold(Command::new(name).about(about), |command, flag| command.arg(argument(flag)))
    };
    Command::new("vouchsafe-agent")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A wallet for verifiable credentials that is driven by ACA-Py's admin API")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(subcommand("start", "Start the wallet"))
        .subcommand(subcommand("provision", "Make the wallet and end"))
        .subcommand(super::backup::command())
}

fn argument(flag: &Flag) -> Arg {
    let argument = Arg::new(flag.name)
        .long(flag.name)
        .help(flag.about)
        .action(ArgAction::Append)
        .value_parser(ValueParser::string())
        .allow_hyphen_values(false);
    let argument = match flag.short.map(|short| short.chars().collect::<Vec<_>>()).as_deref() {
        Some([letter]) => argument.short(*letter),
        _ => argument,
    };
    let argument = match flag.verdict {
        Verdict::Served => argument,
        Verdict::Noted(_) | Verdict::Refused(_) => argument.hide(true),
    };
    match flag.takes {
        Takes::Nothing => argument.num_args(0),
        Takes::One => argument.num_args(1),
        Takes::Maybe => argument.num_args(0..=1),
        Takes::Exactly(count) => argument.num_args(count),
        Takes::Several => argument.num_args(1..),
    }
}

fn occurrences(matches: &ArgMatches, flag: &Flag) -> Vec<Vec<String>> {
    match matches.get_occurrences::<String>(flag.name) {
        Some(occurrences) => occurrences.map(|values| values.cloned().collect()).collect(),
        None if matches.value_source(flag.name).is_some() => vec![Vec::new()],
        None => Vec::new(),
    }
}

fn from_environment(flag: &Flag, variable: &impl Fn(&str) -> Option<String>) -> Result<Vec<Vec<String>>, CommandError> {
    for name in flag.variables() {
        if let Some(text) = variable(&name) {
            let value = match text.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                // Only what is written as a list is one; all else is text, whatever YAML would make of it. An IPv6
                // address in a list is no YAML, but is meant as ACA-Py reads it.
                Some(items) => match serde_yaml_ng::from_str(&text) {
                    Ok(list @ Yaml::Sequence(_)) => list,
                    _ => Yaml::Sequence(items.split(',').map(|item| Yaml::from(item.trim())).collect()),
                },
                None if matches!(flag.takes, Takes::Exactly(_) | Takes::Several) => {
                    Yaml::Sequence(text.split_whitespace().map(Yaml::from).collect())
                }
                None => Yaml::String(text),
            };
            return values_of(flag, &value, &name);
        }
    }
    Ok(Vec::new())
}

type FromFile = Vec<(&'static Flag, Vec<Vec<String>>)>;

fn from_file(path: &str, text: &str) -> Result<FromFile, CommandError> {
    let yaml: Yaml = serde_yaml_ng::from_str(text)
        .map_err(|error| CommandError::Usage(format!("the argument file {path} is not YAML: {error}")))?;
    let mut flags = Vec::new();
    let members = match yaml {
        Yaml::Mapping(members) => members,
        Yaml::Null => return Ok(flags),
        _ => return Err(CommandError::Usage(format!("the argument file {path} must hold flags and their values"))),
    };
    for (name, value) in members {
        let name = name.as_str().unwrap_or_default().trim_start_matches('-').replace('_', "-");
        let Some(flag) = named(&name) else {
            return Err(CommandError::Usage(unknown(&name, path)));
        };
        let occurrences = values_of(flag, &value, path)?;
        if !occurrences.is_empty() {
            flags.push((flag, occurrences));
        }
    }
    Ok(flags)
}

fn unknown(name: &str, path: &str) -> String {
    let nearest = FLAGS
        .iter()
        .map(|flag| (strsim::jaro_winkler(flag.name, name), flag.name))
        .max_by(|one, other| one.0.total_cmp(&other.0));
    match nearest {
        Some((likeness, nearest)) if likeness > 0.8 => {
            format!("{path}: there is no flag `{name}`; did you mean `{nearest}`?")
        }
        _ => format!("{path}: there is no flag `{name}`"),
    }
}

/// A value in YAML as the occurrences of a flag.
fn values_of(flag: &Flag, value: &Yaml, place: &str) -> Result<Vec<Vec<String>>, CommandError> {
    let wrong = |what: &str| CommandError::Usage(format!("{place}: `{}` {what}", flag.name));
    let text = |value: &Yaml| match value {
        Yaml::String(text) => Some(text.clone()),
        Yaml::Number(number) => Some(number.to_string()),
        Yaml::Bool(flag) => Some(flag.to_string()),
        _ => None,
    };
    let texts = |values: &[Yaml]| -> Option<Vec<String>> { values.iter().map(text).collect() };
    match (flag.takes, value) {
        (_, Yaml::Null) | (Takes::Maybe, Yaml::Bool(false)) => Ok(Vec::new()),
        (Takes::Nothing, value) => match text(value).as_deref().map(str::to_ascii_lowercase).as_deref() {
            Some("true" | "yes" | "on" | "1") => Ok(vec![Vec::new()]),
            Some("false" | "no" | "off" | "0" | "") => Ok(Vec::new()),
            _ => Err(wrong("is true or false")),
        },
        (Takes::Maybe, Yaml::Bool(true)) => Ok(vec![Vec::new()]),
        (Takes::One | Takes::Maybe, Yaml::Sequence(values)) => {
            let values = texts(values).ok_or_else(|| wrong("takes texts"))?;
            Ok(values.into_iter().map(|value| vec![value]).collect())
        }
        (Takes::Exactly(count), Yaml::Sequence(values)) => {
            let several = values.iter().all(Yaml::is_sequence);
            let each: Vec<&[Yaml]> = if several {
                values.iter().filter_map(|value| value.as_sequence().map(Vec::as_slice)).collect()
            } else {
                vec![values.as_slice()]
            };
            let mut occurrences = Vec::new();
            for values in each {
                let values = texts(values).filter(|values| values.len() == count);
                occurrences.push(values.ok_or_else(|| wrong(&format!("takes {count} values")))?);
            }
            Ok(occurrences)
        }
        (Takes::Several, Yaml::Sequence(values)) => Ok(vec![texts(values).ok_or_else(|| wrong("takes texts"))?]),
        (Takes::Exactly(_), value) => {
            let text = text(value).ok_or_else(|| wrong("takes texts"))?;
            values_of(flag, &Yaml::Sequence(text.split_whitespace().map(Yaml::from).collect()), place)
        }
        (Takes::One | Takes::Maybe | Takes::Several, value) => {
            Ok(vec![vec![text(value).ok_or_else(|| wrong("takes a text"))?]])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(line: &str, variables: &[(&str, &str)], file: &str) -> Result<Given, String> {
        let arguments: Vec<String> =
            std::iter::once("vouchsafe-agent").chain(line.split_whitespace()).map(str::to_owned).collect();
        let look =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Given::read(&arguments, look, |_| Ok(file.to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn a_start_script_of_acapy_is_read_as_it_stands() {
        let given = given(
            "start -it http 0.0.0.0 8030 --inbound-transport ws 0.0.0.0 8032 -ot http -e http://h:8030 ws://h:8032 \
             -l Issuer --admin 127.0.0.1 8031 --admin-insecure-mode --no-ledger --wallet-type askar --auto-provision",
            &[],
            "",
        )
        .unwrap();
        assert_eq!(given.command, "start");
        assert_eq!(given.each("inbound-transport").map(<[String]>::len).collect::<Vec<_>>(), [3, 3]);
        assert_eq!(given.all("endpoint"), ["http://h:8030", "ws://h:8032"]);
        assert_eq!((given.one("label"), given.is_set("auto-provision")), (Some("Issuer"), true));
        assert_eq!(given.notes.len(), 2, "{:?}", given.notes);
    }

    #[test]
    fn the_line_wins_over_the_environment_and_that_over_the_file() {
        let file = "label: File\nadmin: [127.0.0.1, 8031]\ninbound-transport:\n  - [http, 0.0.0.0, 8030]\n\
                    auto-accept-invites: true\nauto-accept-requests: false\nwebhook-url: [http://a, http://b]";
        let variables =
            [("ACAPY_LABEL", "Environment"), ("VOUCHSAFE_ADMIN", "[::1, 9]"), ("ACAPY_WALLET_SEED", "12345")];
        let given = given("start --arg-file settings.yml --label Line", &variables, file).unwrap();
        assert_eq!(given.one("label"), Some("Line"));
        assert_eq!(given.all("admin"), ["::1", "9"]);
        assert_eq!(given.all("inbound-transport"), ["http", "0.0.0.0", "8030"]);
        assert_eq!(given.all("webhook-url"), ["http://a", "http://b"]);
        assert_eq!(given.one("seed"), Some("12345"));
        assert!(given.is_set("auto-accept-invites") && !given.is_set("auto-accept-requests"));
    }

    #[test]
    fn an_unknown_flag_names_the_nearest_one_wherever_it_stands() {
        assert!(given("start --auto-accept-invite", &[], "").err().unwrap().contains("--auto-accept-invites"));
        let in_file = given("start --arg-file f", &[], "wallet-nam: x").err().unwrap();
        assert!(in_file.contains("`wallet-name`"), "{in_file}");
    }

    #[test]
    fn what_would_change_security_is_refused_and_not_passed_over() {
        for line in
            ["start --multitenant", "start --open-mediation", "start --wallet-rekey x", "start --block-plugin y"]
        {
            assert!(given(line, &[], "").err().unwrap().contains("is not served"), "{line}");
        }
        assert!(given("start", &[("ACAPY_MEDIATION_OPEN", "true")], "").is_err());
        assert!(given("start", &[("ACAPY_MEDIATION_OPEN", "false")], "").is_ok());
    }
}
