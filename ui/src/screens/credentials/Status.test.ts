import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import App from '../../App.svelte';
import { asked, changed, overrides, world } from '../../mock/backend';
import { statusView } from '../../mock/issued';
import { credentialView } from '../../mock/world';

async function open(index: number) {
  render(App);
  await screen.findByTestId('credential');
  await userEvent.click((await screen.findAllByTestId('credentials-list-row'))[index]!);
}

test.each([
  [0, 'valid', 'Stands'],
  [2, 'not-tracked', 'Has no status'],
  [5, 'revoked', 'Revoked'],
  [6, 'suspended', 'Suspended'],
  [7, 'unknown', 'Never read yet'],
])('credential %i says in words what its issuer says: %s', async (index, state, words) => {
  await open(index);
  await waitFor(() => expect(screen.getByTestId('credential-status')).toHaveAttribute('data-state', state));
  expect(screen.getByTestId('credential-status')).toHaveTextContent(words);
});

test('what is over says so, whatever its issuer says', async () => {
  await open(4);
  await waitFor(() => expect(screen.getByTestId('credential-status')).toHaveTextContent('Expired'));
});

test('a check on demand asks its issuer, and a revoked card says so', async () => {
  await open(0);
  const view = credentialView(world, 'v1')!;
  overrides.set('check_again', () => ({
    ...view,
    card: { ...view.card, state: 'revoked' },
    status: statusView('revoked', '2026-11-23T18:00:00Z'),
    verified: false,
  }));
  await userEvent.click(await screen.findByTestId('check-status'));
  expect(asked.map(({ command }) => command)).toContain('check_again');
  await waitFor(() => expect(screen.getByTestId('credential-state')).toHaveTextContent('Revoked'));
  expect(screen.getByTestId('credential-card')).toHaveTextContent('Revoked');
});

test('a change found by schedule shows by itself', async () => {
  await open(0);
  const row = world.credentials[0]!.row;
  row.state = 'suspended';
  changed('credentials');
  await waitFor(() => expect(screen.getByTestId('credential-state')).toHaveTextContent('Suspended'));
});

test('practice is marked in the row, on the card and beside its name', async () => {
  await open(5);
  expect((await screen.findAllByTestId('credentials-list-row'))[5]).toHaveTextContent('Practice');
  expect(await screen.findByTestId('card-practice')).toBeInTheDocument();
  expect(screen.getByTestId('practice-mark')).toBeInTheDocument();
});
