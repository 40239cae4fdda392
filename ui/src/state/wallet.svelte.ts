// The frame's state: which wallet, its lock, its look and how others reach it. Mirrors `app_state`.
import type { AppState, Failure, Topic } from '../bindings';
import { asFailure, backend, onChanged } from '../ipc';
import { useLanguage } from '../messages';
import { forgetAll } from './forget';
import { navigation } from './navigation.svelte';
import { sheets } from './sheets.svelte';

class Wallet {
  state = $state.raw<AppState | undefined>();
  failure = $state.raw<Failure | undefined>();
  /** The first start goes on past the making of the wallet, until the recovery words are confirmed. */
  firstStart = $state(false);

  async refresh(): Promise<void> {
    try {
      const state = await backend.appState();
      if (state.wallet === 'none') this.firstStart = true;
      if (this.state?.wallet === 'open' && state.wallet !== 'open') {
        // What was left of the first start waits for the next time.
        this.firstStart = false;
        forgetAll();
        sheets.close();
        navigation.reset();
      }
      this.state = state;
      this.failure = undefined;
      useLanguage(state.language);
      const root = document.documentElement;
      if (state.theme === 'system') root.removeAttribute('data-theme');
      else root.setAttribute('data-theme', state.theme);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async lock(): Promise<void> {
    await backend.lock();
    await this.refresh();
  }

  /** Follow the backend for as long as the window lives. */
  follow(): () => void {
    void this.refresh();
    const topics: Topic[] = ['app', 'settings', 'exchanges', 'connections', 'identities', 'issued'];
    return onChanged((changed) => {
      if (changed.topics.some((topic) => topics.includes(topic))) void this.refresh();
    });
  }
}

export const wallet = new Wallet();
