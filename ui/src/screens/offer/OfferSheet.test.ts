import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { asked, overrides, world } from '../../mock/backend';
import { failure } from '../../mock/failures';
import { sheets } from '../../state/sheets.svelte';
import OfferSheet from './OfferSheet.svelte';

const commands = () => asked.map(({ command }) => command);

test('focus starts on the heading and Enter alone never accepts', async () => {
  render(OfferSheet, { id: 'e1' });
  await screen.findByTestId('accept');
  expect(document.activeElement).toHaveAttribute('data-sheet-title');
  await userEvent.keyboard('{Enter}');
  expect(commands()).not.toContain('accept_offer');
});

test('every value is readable before the decision', async () => {
  render(OfferSheet, { id: 'e1' });
  const claims = await screen.findByTestId('claims');
  for (const value of ['Marion', 'Mustermann', '999-999-999', 'Bahamas'])
    expect(claims).toHaveTextContent(value);
  expect(screen.getByTestId('facts')).toHaveTextContent('Ed25519Signature2020');
});

test('neither answer is the default button', async () => {
  render(OfferSheet, { id: 'e1' });
  for (const answer of [await screen.findByTestId('accept'), screen.getByTestId('decline')]) {
    expect(answer).toHaveAttribute('type', 'button');
    expect(answer).not.toHaveClass('primary');
  }
});

test('accepting follows the real steps up to the stored credential', async () => {
  render(OfferSheet, { id: 'e1' });
  await userEvent.click(await screen.findByTestId('accept'));
  expect(commands()).toContain('accept_offer');
  await waitFor(() => expect(screen.getByTestId('step-stored')).toHaveAttribute('data-state', 'done'));
  expect(screen.getByRole('heading', { name: 'Added to your wallet' })).toBeInTheDocument();
  expect(screen.getByTestId('show-credential')).toBeInTheDocument();
});

test('declining takes a reason and sends it', async () => {
  render(OfferSheet, { id: 'e1' });
  await userEvent.click(await screen.findByTestId('decline'));
  expect(commands()).not.toContain('decline_offer');
  await userEvent.type(screen.getByTestId('decline-reason'), 'Wrong name');
  await userEvent.click(screen.getByTestId('decline-confirm'));
  expect(asked.find(({ command }) => command === 'decline_offer')?.given).toEqual({
    id: 'e1',
    reason: 'Wrong name',
  });
  await waitFor(() => expect(sheets.open).toBeNull());
});

test('closing decides nothing', async () => {
  sheets.offer('e1');
  render(OfferSheet, { id: 'e1' });
  await screen.findByTestId('accept');
  await userEvent.click(screen.getByTestId('sheet-close'));
  expect(sheets.open).toBeNull();
  expect(commands()).not.toContain('decline_offer');
  expect(world.exchanges[0]?.row.phase).toBe('ours');
});

test('a refusal is shown and the offer can still be decided', async () => {
  overrides.set('accept_offer', () => {
    throw failure(
      'disk-full',
      'The disk is full',
      'The request could not be stored.',
      'Free some space, then try again.',
    );
  });
  render(OfferSheet, { id: 'e1' });
  await userEvent.click(await screen.findByTestId('accept'));
  expect(await screen.findByTestId('problem')).toHaveTextContent('Free some space');
  expect(screen.getByTestId('accept')).toBeInTheDocument();
});
