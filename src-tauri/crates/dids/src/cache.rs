//! A map that forgets what was not used for longest once it holds more than its weight. Names of entries come from
//! strangers, so both their number and their size are bounded.

use std::collections::{BTreeMap, HashMap};

pub(crate) struct Cache<V> {
    entries: HashMap<String, Entry<V>>,
    /// The names by when they were used last.
    order: BTreeMap<u64, String>,
    ticks: u64,
    weight: usize,
    max_weight: usize,
}

struct Entry<V> {
    value: V,
    weight: usize,
    used: u64,
}

impl<V: Clone> Cache<V> {
    pub(crate) fn new(max_weight: usize) -> Self {
        Self { entries: HashMap::new(), order: BTreeMap::new(), ticks: 0, weight: 0, max_weight }
    }

    pub(crate) fn get(&mut self, name: &str) -> Option<V> {
        let entry = self.entries.get_mut(name)?;
        self.ticks = self.ticks.wrapping_add(1);
        if let Some(name) = self.order.remove(&entry.used) {
            self.order.insert(self.ticks, name);
        }
        entry.used = self.ticks;
        Some(entry.value.clone())
    }

    /// Keeps `value`, which takes about `size` bytes.
    pub(crate) fn insert(&mut self, name: &str, value: V, size: usize) {
        self.remove(name);
        // The name is held twice, and an entry costs something even when it is empty.
        let weight = size.saturating_add(name.len().saturating_mul(2)).saturating_add(256);
        self.ticks = self.ticks.wrapping_add(1);
        self.weight = self.weight.saturating_add(weight);
        self.order.insert(self.ticks, name.to_owned());
        self.entries.insert(name.to_owned(), Entry { value, weight, used: self.ticks });
        while self.weight > self.max_weight {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            if let Some(entry) = self.entries.remove(&oldest) {
                self.weight = self.weight.saturating_sub(entry.weight);
            }
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        if let Some(entry) = self.entries.remove(name) {
            self.order.remove(&entry.used);
            self.weight = self.weight.saturating_sub(entry.weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut cache = Cache::new(3 * 360);
        for name in ["a", "b", "c"] {
            cache.insert(name, name.to_owned(), 100);
        }
        assert!(cache.get("a").is_some());
        cache.insert("d", "d".to_owned(), 100);
        assert_eq!(cache.get("b"), None);
        assert_eq!(cache.get("a").as_deref(), Some("a"));
        cache.insert("huge", "huge".to_owned(), 10_000);
        assert!(cache.entries.is_empty() && cache.order.is_empty() && cache.weight == 0);
    }
}
