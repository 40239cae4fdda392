import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import App from '../../App.svelte';
import { emit } from '../../mock/event';
import { changed, reset, world } from '../../mock/backend';
import { navigation } from '../../state/navigation.svelte';
import { wallet } from '../../state/wallet.svelte';

beforeEach(() => {
  reset('full');
  wallet.state = undefined;
  navigation.reset();
});
afterEach(() => {
  wallet.state = undefined;
});

test('what closing the window does and whether anything is notified is chosen and kept', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-settings'));
  await userEvent.click(await screen.findByTestId('desktop-lock-when-closed'));
  await waitFor(() => expect(world.settings.desktop.lockWhenClosed).toBe(true));
  await userEvent.click(screen.getByTestId('desktop-notifications'));
  await waitFor(() => expect(world.settings.desktop.notifications).toBe(false));
  await userEvent.selectOptions(screen.getByTestId('desktop-on-close'), 'quit');
  await waitFor(() => expect(world.settings.desktop.onClose).toBe('quit'));
  expect(screen.queryByTestId('desktop-lock-when-closed')).not.toBeInTheDocument();
});

test('a desktop without a tray is said', async () => {
  world.settings.tray = false;
  render(App);
  await userEvent.click(await screen.findByTestId('nav-settings'));
  expect(await screen.findByText(/This desktop shows no tray now/)).toBeInTheDocument();
});

test('what was chosen outside leads to its place', async () => {
  render(App);
  await screen.findByTestId('credential');
  const there = { screen: 'connections', open: { kind: 'item', id: 'c1' } };
  await emit('show-place', { profile: world.app.profile, place: there });
  await waitFor(() => expect(navigation.place).toEqual({ screen: 'connections', kind: 'item', id: 'c1' }));
  expect(await screen.findByTestId('nav-connections')).toHaveAttribute('aria-current', 'page');
});

test('a locked window goes to the place once it is open', async () => {
  reset('locked');
  render(App);
  await screen.findByTestId('unlock');
  await emit('show-place', { profile: world.app.profile, place: { screen: 'identities', open: null } });
  world.app.wallet = 'open';
  changed('app');
  expect(await screen.findByTestId('nav-identities')).toHaveAttribute('aria-current', 'page');
});
