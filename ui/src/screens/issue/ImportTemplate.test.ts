import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { navigation } from '../../state/navigation.svelte';
import ImportTemplate from './ImportTemplate.svelte';

const schema = JSON.stringify({
  title: 'Ticket',
  properties: { seat: { type: 'string' }, guests: { type: 'array' } },
});

async function take(text: string, onclose: () => void) {
  render(ImportTemplate, { onclose });
  await fireEvent.input(screen.getByTestId('import-text'), { target: { value: text } });
  await fireEvent.click(screen.getByTestId('import-take'));
}

test('what a schema has beyond a form is named before its template is opened', async () => {
  let closed = false;
  await take(schema, () => (closed = true));
  expect(await screen.findByTestId('left-out')).toHaveTextContent('guests');
  expect(closed).toBe(false);
  await fireEvent.click(screen.getByTestId('import-open'));
  expect(closed).toBe(true);
  expect(navigation.place.kind).toBe('template');
});

test('a schema that is taken over wholly opens at once', async () => {
  let closed = false;
  await take(schema.replace('array', 'string'), () => (closed = true));
  await waitFor(() => expect(closed).toBe(true));
});
