import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { backend } from '../../ipc';
import { asked } from '../../mock/backend';
import TemplateDetail from './TemplateDetail.svelte';

const kept = () => asked.filter(({ command }) => command === 'keep_draft').at(-1)?.given;

async function nameIt(name: string) {
  await fireEvent.input(await screen.findByTestId('template-name'), { target: { value: name } });
  await waitFor(() => expect(JSON.stringify(kept())).toContain(name));
}

/** Longer than what is typed waits before it is kept. */
async function discarded() {
  await fireEvent.click(await screen.findByTestId('template-discard'));
  await waitFor(() => expect(kept()).toMatchObject({ text: null }));
  await new Promise((done) => setTimeout(done, 400));
  expect(kept()).toMatchObject({ text: null });
}

test('a new template that is discarded is not kept again', async () => {
  render(TemplateDetail, { id: '' });
  await nameIt('Guest');
  await discarded();
});

test('a saved template whose change is discarded stands as it was saved', async () => {
  const [built] = await backend.templates();
  const id = await backend.saveTemplate({ ...(await backend.template(built!.id)), id: '', name: 'Saved' });
  render(TemplateDetail, { id });
  await nameIt('Otherwise');
  await discarded();
  expect(screen.getByTestId('template-name')).toHaveValue('Saved');
  expect(screen.queryByTestId('template-discard')).toBeNull();
});
