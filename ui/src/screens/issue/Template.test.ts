import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import App from '../../App.svelte';
import { asked } from '../../mock/backend';

const kept = () => asked.filter(({ command }) => command === 'keep_draft').at(-1)?.given;

test('what is discarded of a template is gone, and nothing is kept of it again', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-issue'));
  await userEvent.click(await screen.findByTestId('issue-tab-templates'));
  await userEvent.click(await screen.findByTestId('new-template'));
  await userEvent.type(await screen.findByTestId('template-name'), 'Guest');
  await waitFor(() => expect(JSON.stringify(kept())).toContain('Guest'));
  await userEvent.click(screen.getByTestId('template-discard'));
  await waitFor(() => expect(kept()).toMatchObject({ text: null }));
  await new Promise((done) => setTimeout(done, 500));
  expect(kept()).toMatchObject({ text: null });

  await userEvent.click((await screen.findAllByTestId('templates-row'))[0]!);
  await userEvent.click(await screen.findByTestId('template-duplicate'));
  await userEvent.click(await screen.findByTestId('template-save'));
  await waitFor(() => expect(kept()).toMatchObject({ text: null }));
  await userEvent.clear(await screen.findByTestId('template-name'));
  await userEvent.type(screen.getByTestId('template-name'), 'Otherwise');
  await waitFor(() => expect(JSON.stringify(kept())).toContain('Otherwise'));
  await userEvent.click(screen.getByTestId('template-discard'));
  await waitFor(() => expect(screen.getByTestId('template-name')).not.toHaveValue('Otherwise'));
  await waitFor(() => expect(screen.queryByTestId('template-discard')).toBeNull());
  await new Promise((done) => setTimeout(done, 500));
  expect(screen.queryByTestId('template-discard')).toBeNull();
  expect(kept()).toMatchObject({ text: null });
});
