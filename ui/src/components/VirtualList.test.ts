import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import VirtualList from './VirtualList.svelte';

const item = createRawSnippet<[{ id: string }]>((row) => ({ render: () => `<span>${row().id}</span>` }));

function show(total: number) {
  const onselect = vi.fn();
  const onopen = vi.fn();
  const onneed = vi.fn();
  render(VirtualList<{ id: string }>, {
    label: 'Credentials',
    total,
    row: (index: number) => ({ id: `row-${index}` }),
    selected: null,
    onneed,
    onselect,
    onopen,
    item,
    testid: 'list',
  });
  return { onselect, onopen, onneed };
}

test('of 100,000 rows only those in sight are in the document', () => {
  const { onneed } = show(100_000);
  expect(screen.getAllByRole('option').length).toBeLessThan(40);
  expect(screen.getByTestId('list').style.height).toBe('5600000px');
  expect(screen.getAllByRole('option')[0]).toHaveAttribute('aria-setsize', '100000');
  expect(onneed).toHaveBeenCalledWith(0, expect.any(Number));
});

test('the arrows select, Enter opens, and focus stays on the list', async () => {
  const { onselect, onopen } = show(50);
  screen.getByRole('listbox').focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  expect(onselect).toHaveBeenLastCalledWith({ id: 'row-2' });
  await userEvent.keyboard('{Enter}');
  expect(onopen).toHaveBeenCalledWith({ id: 'row-2' });
  expect(screen.getByRole('listbox')).toHaveFocus();
  expect(screen.getByRole('listbox').getAttribute('aria-activedescendant')).toMatch(/-2$/);
});

test('Home and End go to the ends and not beyond', async () => {
  const { onselect } = show(20);
  screen.getByRole('listbox').focus();
  await userEvent.keyboard('{End}{ArrowDown}');
  expect(onselect).toHaveBeenLastCalledWith({ id: 'row-19' });
  await userEvent.keyboard('{Home}{ArrowUp}');
  expect(onselect).toHaveBeenLastCalledWith({ id: 'row-0' });
});

test('where many are chosen, Space takes one in or out and Shift takes all up to it', async () => {
  const user = userEvent.setup();
  const onchoose = vi.fn();
  const onselect = vi.fn();
  const chosen = new Set(['row-1']);
  render(VirtualList<{ id: string }>, {
    label: 'Issued',
    total: 50,
    row: (index: number) => ({ id: `row-${index}` }),
    selected: null,
    onneed: vi.fn(),
    onselect,
    item,
    chosen,
    onchoose,
    testid: 'list',
  });
  expect(screen.getByRole('listbox')).toHaveAttribute('aria-multiselectable', 'true');
  const [, second, , fourth] = screen.getAllByRole('option');
  expect(second).toHaveAttribute('aria-selected', 'true');
  await user.click(second!);
  expect(onchoose).toHaveBeenLastCalledWith([{ id: 'row-1' }], false);
  await user.keyboard('{Shift>}');
  await user.click(fourth!);
  await user.keyboard('{/Shift}');
  expect(onchoose).toHaveBeenLastCalledWith([{ id: 'row-1' }, { id: 'row-2' }, { id: 'row-3' }], true);
  await user.keyboard('{ArrowDown} ');
  expect(onchoose).toHaveBeenLastCalledWith([{ id: 'row-4' }], true);
  expect(onselect).not.toHaveBeenCalled();
});
