// What the window knows of an open wallet outside its components: each module that keeps something says how it
// is forgotten, and all of it is, the moment the wallet is locked.

const ways = new Set<() => void>();

export function forgets(run: () => void): void {
  ways.add(run);
}

export function forgetAll(): void {
  for (const run of ways) run();
}
