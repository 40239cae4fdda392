// The time, told anew every second while somebody looks.
import { createSubscriber } from 'svelte/reactivity';

const listen = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** Milliseconds since 1970; reading it in a component or an effect keeps that up to date. */
export function now(): number {
  listen();
  return Date.now();
}
