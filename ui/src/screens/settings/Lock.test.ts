import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import App from '../../App.svelte';
import { asked, changed, reset, world } from '../../mock/backend';
import { notify, announcer } from '../../state/announcer.svelte';
import { wallet } from '../../state/wallet.svelte';
import { sizeAfter } from '../../state/zoom';

beforeEach(() => {
  reset('full');
  wallet.state = undefined;
});
afterEach(() => {
  wallet.state = undefined;
});

test('what looks sensitive is not in the page until it is asked for, and is copied as a secret', async () => {
  render(App);
  const claims = await screen.findByTestId('claims');
  expect(claims).toHaveTextContent('Marion');
  const hidden = screen.getAllByTestId(/^reveal-/)[0]!;
  const path = hidden.dataset['testid']!.slice('reveal-'.length);
  const row = screen.getByTestId(`claims-${path}`);
  expect(row).toHaveTextContent('••••••••');
  await userEvent.click(hidden);
  expect(row).not.toHaveTextContent('••••••••');
  expect(hidden).toHaveAttribute('aria-pressed', 'true');
  await userEvent.click(screen.getByTestId(`copy-${path}`));
  expect(asked.find(({ command }) => command === 'copy_text')?.given).toMatchObject({ kind: 'claim' });
});

test('what is hidden among a credential’s values is hidden on its card and in the list too', async () => {
  const card = world.credentials.find(({ kind }) => kind.type === 'LibraryCard')!;
  card.row.attributes = [card.row.attributes[1]!];
  render(App);
  const row = (await screen.findByText('Library card')).closest<HTMLElement>('[role=option]')!;
  expect(row).toHaveTextContent('••••••');
  await userEvent.click(row);
  await waitFor(() => expect(screen.getByTestId('credential-title')).toHaveTextContent('Library card'));
  expect(screen.getByTestId('credential-card')).toHaveTextContent('Number ••••••');
  expect(screen.getByTestId('credential-card')).not.toHaveTextContent('48 213');
  expect(screen.getByTestId('credentials-list')).not.toHaveTextContent('48 213');
  await userEvent.type(screen.getByTestId('credentials-search'), '48');
  await screen.findByText(/^Number: ••••••/);
  expect(screen.getByTestId('credentials-list')).not.toHaveTextContent('48 213');
  await userEvent.click(screen.getByTestId('reveal-credentialSubject.number'));
  expect(screen.getByTestId('claims')).toHaveTextContent('48 213');
});

test('a lock that falls from outside empties the window and says why', async () => {
  render(App);
  await screen.findByTestId('credential');
  notify('An offer for Marion');
  world.app.wallet = 'locked';
  world.app.lockedBecause = 'sleep';
  world.app.working = { jobs: 3 };
  world.app.retryAfter = 8;
  changed('app');
  await screen.findByTestId('unlock');
  expect(screen.getByTestId('locked-because')).toHaveTextContent('the computer went to sleep');
  expect(screen.getByTestId('working-behind')).toHaveTextContent('3 jobs go on behind the lock.');
  expect(screen.getByTestId('unlock-submit')).toHaveTextContent('Try again in 8 s');
  expect(announcer.notices).toEqual([]);
  expect(document.body).not.toHaveTextContent('Marion');
});

test('never to lock is warned of; the choice is kept', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-settings'));
  await userEvent.selectOptions(await screen.findByTestId('lock-idle'), 'never');
  await waitFor(() => expect(world.settings.lock.idleMinutes).toBeNull());
  expect(await screen.findByText(/Whoever sits down at this computer/)).toBeInTheDocument();
  await userEvent.click(screen.getByTestId('lock-working'));
  await waitFor(() => expect(world.settings.lock.keepWorking).toBe(true));
});

test('F1 shows the shortcuts, Ctrl and + makes everything larger, in the locked window too', async () => {
  const { unmount } = render(App);
  await screen.findByTestId('credential');
  await userEvent.keyboard('{F1}');
  expect(await screen.findByTestId('shortcuts')).toBeInTheDocument();
  unmount();
  reset('locked');
  render(App);
  await screen.findByTestId('unlock');
  await userEvent.keyboard('{Control>}+{/Control}');
  await waitFor(() => expect(world.app.zoom).toBe(110));
  expect([sizeAfter(100, -1), sizeAfter(200, 1), sizeAfter(50, -1), sizeAfter(103, 1)]).toEqual([
    90, 200, 50, 110,
  ]);
});
