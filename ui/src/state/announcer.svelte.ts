// What is said aloud: the live region's text and the small notices that pass.

import { untrack } from 'svelte';

export interface Notice {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
  /** The id of what it is about: it goes once that is looked at. */
  about?: string;
}

import { forgets } from './forget';

class Announcer {
  /** The live region reads this whenever it changes. */
  spoken = $state('');
  /** How often something was said: a region that appears later does not repeat what came before it. */
  times = $state(0);
  notices = $state.raw<Notice[]>([]);
  #next = 1;

  say(text: string): void {
    this.times = untrack(() => this.times) + 1;
    // The same words twice in a row are said twice: a trailing space makes them different.
    this.spoken = untrack(() => this.spoken) === text ? `${text} ` : text;
  }

  notify(text: string, action?: Notice['action'], about?: string): void {
    const id = this.#next;
    this.#next += 1;
    this.notices = [...untrack(() => this.notices).slice(-2), { id, text, action, about }];
    this.say(text);
    setTimeout(() => this.dismiss(id), action ? 12_000 : 4_000);
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }

  seen(about: string): void {
    this.notices = untrack(() => this.notices).filter((notice) => notice.about !== about);
  }
}

export const announcer = new Announcer();
forgets(() => {
  announcer.notices = [];
  announcer.spoken = '';
});
export const announce = (text: string): void => announcer.say(text);
export const notify = (text: string, action?: Notice['action'], about?: string): void =>
  announcer.notify(text, action, about);
