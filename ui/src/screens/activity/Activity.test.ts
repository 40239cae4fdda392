import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { asked, reset } from '../../mock/backend';
import Activity from './Activity.svelte';
import { byDay, dayName, duration } from './days';

test('the days and their rows are one list', () => {
  const lines = byDay(
    [
      { day: '2026-11-23', count: 2 },
      { day: '2026-11-21', count: 1 },
    ],
    3,
  );
  expect(lines.total).toBe(5);
  expect([0, 1, 2, 3, 4, 5].map((at) => lines.at(at))).toEqual([
    { kind: 'day', day: '2026-11-23' },
    { kind: 'row', index: 0 },
    { kind: 'row', index: 1 },
    { kind: 'day', day: '2026-11-21' },
    { kind: 'row', index: 2 },
    undefined,
  ]);
  expect([0, 1, 3, 4, 5].map((at) => lines.rowsBefore(at))).toEqual([0, 0, 2, 2, 3]);
});

test('days and durations are said shortly', () => {
  const now = new Date(2026, 10, 23, 9);
  expect([dayName('2026-11-23', now), dayName('2026-11-22', now)]).toEqual(['Today', 'Yesterday']);
  expect([420, 12_000, 180_000].map((time) => duration(time, 'en'))).toEqual(['0.4 sec', '12 sec', '3 min']);
});

test('a line opens each step with its time, and what it was sent as', async () => {
  render(Activity);
  const found = await screen.findAllByTestId('activity-list-row');
  await userEvent.click(found.find((row) => row.textContent?.includes('Ada Berg accepted'))!);
  expect(await screen.findByTestId('activity-steps')).toHaveTextContent('after 0.4 sec');
  expect(screen.getByTestId('activity-steps')).toHaveTextContent('6c1f0d3e');
});

test('words and a kind narrow it, and nothing found says how to go on', async () => {
  render(Activity);
  await screen.findAllByTestId('activity-list-row');
  await userEvent.selectOptions(screen.getByTestId('activity-kind'), 'issued');
  await userEvent.type(screen.getByTestId('activity-search'), 'zebra');
  await userEvent.click(await screen.findByTestId('activity-all'));
  const last = () => asked.filter(({ command }) => command === 'timeline').at(-1)?.given;
  await waitFor(() => expect(last()).toMatchObject({ query: { kind: null, words: '' } }));
});

test('messages are kept only where the person says so', async () => {
  render(Activity);
  const found = await screen.findAllByTestId('activity-list-row');
  await userEvent.click(found.find((row) => row.textContent?.includes('Ada Berg accepted'))!);
  expect(await screen.findByTestId('raw-messages')).toHaveTextContent('not kept');
  await userEvent.click(screen.getByTestId('raw-keep'));
  expect(asked.find(({ command }) => command === 'keep_messages')?.given).toEqual({ on: true });
  expect(await screen.findByTestId('raw-message')).toBeInTheDocument();
});

test('the report is read before it is given away', async () => {
  render(Activity);
  await userEvent.click(await screen.findByTestId('activity-report'));
  expect(await screen.findByTestId('report')).toHaveTextContent('unbroken');
  await userEvent.click(screen.getByTestId('report-save'));
  expect(asked.some(({ command }) => command === 'save_support_report')).toBe(true);
});

test('nothing yet teaches what will be here', async () => {
  reset('empty');
  render(Activity);
  expect(await screen.findByTestId('activity-empty')).toHaveTextContent('leaves a line here');
});
