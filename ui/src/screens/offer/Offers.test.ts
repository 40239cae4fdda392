import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { asked, overrides, reset } from '../../mock/backend';
import { failure } from '../../mock/failures';
import { navigation } from '../../state/navigation.svelte';
import { sheets } from '../../state/sheets.svelte';
import OfferSheet from './OfferSheet.svelte';
import Offers from './Offers.svelte';

const rows = () => screen.findAllByTestId('offers-list-row');

test('the inbox says where each offer stands', async () => {
  reset('offers');
  render(Offers);
  const found = (await rows()).map((row) => row.textContent);
  expect(found).toHaveLength(5);
  expect(found[3]).toContain('Not sent yet');
  expect(found[3]).toContain('will be sent when Brightwater Health can be reached');
  expect(found[4]).toContain('Late');
});

test('a click goes into what waits, the arrows only look', async () => {
  reset('offers');
  render(Offers);
  const [first] = await rows();
  screen.getByTestId('offers-list').focus();
  await userEvent.keyboard('{ArrowDown}');
  expect(sheets.open).toBeNull();
  await userEvent.click(first!);
  expect(sheets.open).toEqual({ kind: 'offer', exchangeId: 'e1' });
});

test('several are accepted together only once each was read', async () => {
  reset('offers');
  render(Offers);
  await rows();
  expect(screen.queryByTestId('accept-read')).toBeNull();
  for (const id of ['e1', 'e11']) {
    const sheet = render(OfferSheet, { id });
    await screen.findByTestId('accept');
    await waitFor(() =>
      expect(
        asked.some(({ command, given }) => command === 'open_offer' && (given as { id: string }).id === id),
      ).toBe(true),
    );
    sheet.unmount();
  }
  overrides.set('accept_offers', () => [
    { id: 'e1', problem: null },
    { id: 'e11', problem: failure('offer-expired', 'Run out', 'Its time is over.', 'Ask for a new one.') },
  ]);
  await userEvent.click(await screen.findByTestId('accept-read'));
  await userEvent.click(screen.getByRole('button', { name: 'Accept 2' }));
  expect(asked.find(({ command }) => command === 'accept_offers')?.given).toEqual({ ids: ['e1', 'e11'] });
  expect(await screen.findByRole('alert')).toHaveTextContent('Its time is over.');
});

test('from one offer to the next, and a reason with one press', async () => {
  reset('offers');
  render(OfferSheet, { id: 'e11' });
  expect(await screen.findByTestId('offer-place')).toHaveTextContent('2 of 3');
  await userEvent.click(screen.getByTestId('decline'));
  await userEvent.click(screen.getByTestId('reason-1'));
  expect(screen.getByTestId('decline-reason')).toHaveValue('I did not ask for it');
  await userEvent.click(screen.getByTestId('decline-back'));
  await userEvent.click(screen.getByTestId('offer-next'));
  expect(sheets.open).toEqual({ kind: 'offer', exchangeId: 'e12' });
});

test('an empty inbox teaches what will be here', async () => {
  reset('empty');
  render(Offers);
  expect(await screen.findByTestId('offers-empty')).toHaveTextContent('Nothing is accepted by itself');
  expect(navigation.place.id).toBeNull();
});
