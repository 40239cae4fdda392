import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import App from '../../App.svelte';
import { asked, world } from '../../mock/backend';

const rows = () => screen.findAllByTestId('credentials-list-row');
const titles = async () => (await rows()).map((row) => row.querySelector('.title, .name')?.textContent);
const openList = async () => {
  render(App);
  await screen.findByTestId('credential');
};

test('what was found in a claim is shown as the reason, with the word marked', async () => {
  await openList();
  const value = world.credentials[2]!.row.attributes[0]!.value;
  const word = value.split(' ')[0]!;
  await userEvent.type(screen.getByTestId('credentials-search'), word);
  await waitFor(async () => expect((await rows())[0]!.querySelector('mark')).toHaveTextContent(word));
});

test('the arrangement is asked for, applied and remembered', async () => {
  world.arrangement.sort = 'name';
  await openList();
  const before = await titles();
  expect(before).toEqual(before.toSorted((one, other) => one!.localeCompare(other!)));
  await userEvent.click(screen.getByTestId('credentials-arrange'));
  await userEvent.selectOptions(screen.getByTestId('arrange-show'), 'revoked');
  await waitFor(async () => expect(await rows()).toHaveLength(1));
  expect(screen.getByTestId('filters')).toHaveTextContent('Revoked');
  expect(world.arrangement.show).toBe('revoked');
  await userEvent.click(screen.getByTestId('filter-show'));
  await waitFor(async () => expect(await rows()).toHaveLength(8));
});

test('grouped by issuer a heading folds its credentials away and arrows pass over it', async () => {
  await openList();
  await userEvent.click(screen.getByTestId('credentials-arrange'));
  await userEvent.click(screen.getByTestId('arrange-grouped'));
  const groups = await screen.findAllByTestId('issuer-group');
  expect(groups.length).toBeGreaterThan(3);
  const all = (await rows()).length;
  const list = screen.getByTestId('credentials-list');
  list.focus();
  await userEvent.keyboard('{Home}{ArrowDown}');
  expect(world.arrangement.collapsed).toEqual([]);
  await userEvent.keyboard('{Home}{Enter}');
  await waitFor(async () => expect((await rows()).length).toBeLessThan(all));
  expect(world.arrangement.collapsed).toHaveLength(1);
});

test('several are chosen, tagged and deleted after a question', async () => {
  await openList();
  await userEvent.click(screen.getByTestId('credentials-select'));
  const [first, second] = await rows();
  await userEvent.click(first!);
  await userEvent.click(second!);
  await userEvent.click(await screen.findByTestId('chosen-tags'));
  const sheet = await screen.findByTestId('tags-sheet');
  await userEvent.type(within(sheet).getByTestId('tag-field'), 'Travel{Enter}');
  await waitFor(() => expect(world.credentials[1]!.row.tags).toEqual(['Travel']));
  await userEvent.click(screen.getByTestId('tags-done'));
  await userEvent.click(screen.getByTestId('chosen-delete'));
  expect(await screen.findByTestId('confirm')).toHaveTextContent('Delete 2 credentials?');
  await userEvent.click(screen.getByTestId('confirm-yes'));
  await waitFor(() => expect(world.credentials).toHaveLength(6));
  expect(asked.filter(({ command }) => command === 'change_credentials')).toHaveLength(2);
});

test('a tag is offered as it is typed, and taken with arrows and Enter', async () => {
  world.credentials[3]!.row.tags = ['Work'];
  await openList();
  const field = screen.getByTestId('tag-field');
  await userEvent.type(field, 'wo');
  expect(await screen.findByTestId('tag-option')).toHaveTextContent('Work');
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(world.credentials[0]!.row.tags).toEqual(['Work']));
  await waitFor(() => expect(screen.getByTestId('tags')).toHaveTextContent('Work'));
  await userEvent.click(screen.getByTestId('tag-remove'));
  await waitFor(() => expect(world.credentials[0]!.row.tags).toEqual([]));
});

test('a check opens to a sentence and its facts, and the report is copied', async () => {
  await openList();
  const line = screen.getByTestId('check-key-authorised');
  await userEvent.click(line.querySelector('summary')!);
  expect(line).toHaveTextContent('lists the key that signed');
  expect(within(line).getByTestId('document-age')).toHaveTextContent('without a network');
  await userEvent.click(screen.getByTestId('copy-report'));
  expect(asked.some(({ command }) => command === 'copy_text')).toBe(true);
});
