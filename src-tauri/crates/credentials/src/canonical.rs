//! Statements (RDF quads) and their canonical order and names: RDF Dataset Canonicalization 1.0 (W3C,
//! RDFC-1.0), which for these documents equals URDNA2015.
//!
//! Nodes without an identifier are told apart by what is said about them. A stranger can send nodes that cannot
//! be told apart, and the algorithm then tries permutations: the work is counted and refused beyond a limit.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Hashes and names that telling alike nodes apart may take; an honest document needs none or a few.
const MAX_WORK: usize = 500_000;
/// Alike nodes that may be followed one from the other: the recursion is on the stack.
const MAX_RECURSION: usize = 64;

/// A subject, object or graph name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Term {
    /// An absolute IRI.
    Iri(String),
    /// A node without an identifier.
    Blank(usize),
    /// A literal as N-Quads writes it, quotation marks, datatype or language included.
    Literal(String),
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Quad {
    pub subject: Term,
    pub predicate: String,
    pub object: Term,
    pub graph: Option<Term>,
}

/// The dataset needs more work than [`MAX_WORK`] to be put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuchWork;

impl Quad {
    fn blanks(&self) -> impl Iterator<Item = (usize, char)> {
        let of = |term: Option<&Term>, position| match term {
            Some(Term::Blank(blank)) => Some((*blank, position)),
            _ => None,
        };
        [of(Some(&self.subject), 's'), of(Some(&self.object), 'o'), of(self.graph.as_ref(), 'g')].into_iter().flatten()
    }

    fn write(&self, line: &mut String, name: &impl Fn(usize, &mut String)) {
        let term = |term: &Term, line: &mut String| match term {
            Term::Iri(iri) => {
                line.push('<');
                line.push_str(iri);
                line.push('>');
            }
            Term::Blank(blank) => name(*blank, line),
            Term::Literal(literal) => line.push_str(literal),
        };
        term(&self.subject, line);
        line.push_str(" <");
        line.push_str(&self.predicate);
        line.push_str("> ");
        term(&self.object, line);
        if let Some(graph) = &self.graph {
            line.push(' ');
            term(graph, line);
        }
        line.push_str(" .\n");
    }
}

/// Writes a literal's text as canonical N-Quads do.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The canonical N-Quads of a dataset.
pub(crate) fn canonical_form(mut quads: Vec<Quad>) -> Result<String, TooMuchWork> {
    quads.sort_unstable();
    quads.dedup();
    let mut canonicalization = Canonicalization::new(&quads);
    canonicalization.name_all()?;
    let mut lines: Vec<String> = quads
        .iter()
        .map(|quad| {
            let mut line = String::with_capacity(160);
            quad.write(&mut line, &|blank, line: &mut String| {
                if let Some(name) = canonicalization.canonical.issued.get(&blank) {
                    line.push_str(name);
                }
            });
            line
        })
        .collect();
    lines.sort_unstable();
    Ok(lines.concat())
}

/// Names given to nodes in order (RDFC-1.0, 4.5 Issue Identifier Algorithm).
#[derive(Clone)]
struct Issuer {
    prefix: &'static str,
    issued: HashMap<usize, String>,
    order: Vec<usize>,
}

impl Issuer {
    fn new(prefix: &'static str) -> Self {
        Self { prefix, issued: HashMap::new(), order: Vec::new() }
    }

    fn issue(&mut self, blank: usize) -> &str {
        let next = self.order.len();
        let order = &mut self.order;
        self.issued.entry(blank).or_insert_with(|| {
            order.push(blank);
            format!("{}{next}", self.prefix)
        })
    }
}

struct Canonicalization<'a> {
    about: BTreeMap<usize, Vec<&'a Quad>>,
    first_degree: HashMap<usize, String>,
    canonical: Issuer,
    work_left: usize,
    recursion: usize,
}

impl<'a> Canonicalization<'a> {
    fn new(quads: &'a [Quad]) -> Self {
        let mut about: BTreeMap<usize, Vec<&Quad>> = BTreeMap::new();
        for quad in quads {
            for (blank, _) in quad.blanks() {
                let quads = about.entry(blank).or_default();
                if !quads.last().is_some_and(|last| std::ptr::eq(*last, quad)) {
                    quads.push(quad);
                }
            }
        }
        Self {
            about,
            first_degree: HashMap::new(),
            canonical: Issuer::new("_:c14n"),
            work_left: MAX_WORK,
            recursion: 0,
        }
    }

    /// RDFC-1.0, 4.4.3, steps 3 to 5.
    fn name_all(&mut self) -> Result<(), TooMuchWork> {
        let mut by_hash: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let blanks: Vec<usize> = self.about.keys().copied().collect();
        for blank in blanks {
            let hash = self.hash_first_degree(blank);
            by_hash.entry(hash.clone()).or_default().push(blank);
            self.first_degree.insert(blank, hash);
        }
        by_hash.retain(|_, blanks| match blanks.as_slice() {
            [only] => {
                self.canonical.issue(*only);
                false
            }
            _ => true,
        });
        for blanks in by_hash.into_values() {
            let mut paths: Vec<(String, Issuer)> = Vec::new();
            for blank in blanks {
                if self.canonical.issued.contains_key(&blank) {
                    continue;
                }
                let mut issuer = Issuer::new("_:b");
                issuer.issue(blank);
                paths.push(self.hash_n_degree(blank, &issuer)?);
            }
            paths.sort_by(|(one, _), (other, _)| one.cmp(other));
            for (_, issuer) in paths {
                for blank in issuer.order {
                    self.canonical.issue(blank);
                }
            }
        }
        Ok(())
    }

    /// RDFC-1.0, 4.6 Hash First Degree Quads.
    fn hash_first_degree(&self, reference: usize) -> String {
        let mut lines: Vec<String> = self
            .quads_about(reference)
            .iter()
            .map(|quad| {
                let mut line = String::new();
                quad.write(&mut line, &|blank, line: &mut String| {
                    line.push_str(if blank == reference { "_:a" } else { "_:z" });
                });
                line
            })
            .collect();
        lines.sort_unstable();
        digest(&lines.concat())
    }

    /// RDFC-1.0, 4.7 Hash Related Blank Node.
    fn hash_related(&self, related: usize, quad: &Quad, issuer: &Issuer, position: char) -> String {
        let mut input = String::from(position);
        if position != 'g' {
            let _ = write!(input, "<{}>", quad.predicate);
        }
        let name = self.canonical.issued.get(&related).or_else(|| issuer.issued.get(&related));
        match name.or_else(|| self.first_degree.get(&related)) {
            Some(name) => input.push_str(name),
            None => input.push_str(&self.hash_first_degree(related)),
        }
        digest(&input)
    }

    /// RDFC-1.0, 4.8 Hash N-Degree Quads.
    fn hash_n_degree(&mut self, blank: usize, issuer: &Issuer) -> Result<(String, Issuer), TooMuchWork> {
        if self.recursion >= MAX_RECURSION {
            return Err(TooMuchWork);
        }
        self.recursion += 1;
        self.spend(1 + self.about.get(&blank).map_or(0, Vec::len))?;
        let mut related: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for quad in self.quads_about(blank) {
            for (other, position) in quad.blanks() {
                if other != blank {
                    let hash = self.hash_related(other, quad, issuer, position);
                    related.entry(hash).or_default().push(other);
                }
            }
        }
        let mut issuer = issuer.clone();
        let mut input = String::new();
        for (hash, nodes) in related {
            input.push_str(&hash);
            let mut chosen: Option<(String, Issuer)> = None;
            let mut permutation = nodes;
            permutation.sort_unstable();
            loop {
                if let Some(found) = self.follow(&permutation, &issuer, chosen.as_ref())? {
                    chosen = Some(found);
                }
                if !next_permutation(&mut permutation) {
                    break;
                }
            }
            if let Some((path, next)) = chosen {
                input.push_str(&path);
                issuer = next;
            }
        }
        self.recursion -= 1;
        Ok((digest(&input), issuer))
    }

    /// Steps 5.4.1 to 5.4.6 for one permutation: its path, if it is smaller than the one chosen so far.
    fn follow(
        &mut self,
        permutation: &[usize],
        issuer: &Issuer,
        chosen: Option<&(String, Issuer)>,
    ) -> Result<Option<(String, Issuer)>, TooMuchWork> {
        self.spend(permutation.len() + issuer.order.len())?;
        let larger = |path: &str| chosen.is_some_and(|(best, _)| path.len() >= best.len() && path > best.as_str());
        let mut issuer = issuer.clone();
        let mut path = String::new();
        let mut recursion = Vec::new();
        for related in permutation {
            if let Some(name) = self.canonical.issued.get(related) {
                path.push_str(name);
            } else {
                if !issuer.issued.contains_key(related) {
                    recursion.push(*related);
                }
                path.push_str(issuer.issue(*related));
            }
            if larger(&path) {
                return Ok(None);
            }
        }
        for related in recursion {
            let (hash, next) = self.hash_n_degree(related, &issuer)?;
            path.push_str(issuer.issue(related));
            let _ = write!(path, "<{hash}>");
            issuer = next;
            if larger(&path) {
                return Ok(None);
            }
        }
        let smaller = chosen.is_none_or(|(best, _)| path < *best);
        Ok(smaller.then_some((path, issuer)))
    }

    fn quads_about(&self, blank: usize) -> Vec<&'a Quad> {
        self.about.get(&blank).cloned().unwrap_or_default()
    }

    fn spend(&mut self, work: usize) -> Result<(), TooMuchWork> {
        self.work_left = self.work_left.checked_sub(work).ok_or(TooMuchWork)?;
        Ok(())
    }
}

fn digest(input: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(input.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The next permutation in lexicographic order; false after the last.
fn next_permutation(items: &mut [usize]) -> bool {
    let Some(pivot) = items.windows(2).rposition(|pair| matches!(pair, [a, b] if a < b)) else {
        return false;
    };
    let (head, tail) = items.split_at_mut(pivot + 1);
    let Some(last) = head.last_mut() else {
        return false;
    };
    if let Some(successor) = tail.iter_mut().rev().find(|item| **item > *last) {
        std::mem::swap(last, successor);
    }
    tail.reverse();
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(from: usize, to: usize) -> Quad {
        Quad { subject: Term::Blank(from), predicate: "urn:p".to_owned(), object: Term::Blank(to), graph: None }
    }

    #[test]
    fn names_do_not_depend_on_the_order_of_the_input() {
        let ring = |names: [usize; 4]| (0..4).map(|n| link(names[n], names[(n + 1) % 4])).collect::<Vec<_>>();
        let form = canonical_form(ring([0, 1, 2, 3])).unwrap();
        assert_eq!(form, canonical_form(ring([3, 1, 0, 2])).unwrap());
        assert_eq!(form.lines().count(), 4);
    }

    #[test]
    fn nodes_that_cannot_be_told_apart_are_refused_not_tried_for_ever() {
        let clique: Vec<Quad> =
            (0..12).flat_map(|from| (0..12).filter(move |to| *to != from).map(move |to| link(from, to))).collect();
        assert_eq!(canonical_form(clique), Err(TooMuchWork));
    }

    #[test]
    fn a_long_chain_of_alike_nodes_does_not_exhaust_the_stack() {
        let chain = |length| (0..length).map(|n| link(n, n + 1)).collect::<Vec<_>>();
        let form = std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(move || (canonical_form(chain(5_000)), canonical_form(chain(50)).is_ok()))
            .unwrap()
            .join()
            .unwrap();
        assert_eq!(form, (Err(TooMuchWork), true));
    }

    #[test]
    fn permutations_are_all_visited_once() {
        let mut items = [1, 2, 3, 4];
        let mut count = 1;
        while next_permutation(&mut items) {
            count += 1;
        }
        assert_eq!((count, items), (24, [4, 3, 2, 1]));
    }
}
