import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { asked } from '../../mock/backend';
import { navigation } from '../../state/navigation.svelte';
import { sheets } from '../../state/sheets.svelte';
import AddSheet from './AddSheet.svelte';
import { takeIn } from './intake';

const commands = () => asked.map(({ command }) => command);

async function look(text: string) {
  render(AddSheet);
  await userEvent.type(screen.getByTestId('add-text'), text);
  await userEvent.click(screen.getByTestId('add-look'));
}

test('an invitation is shown before anyone is contacted', async () => {
  await look('https://agent.example/?oob=connect');
  expect(await screen.findByTestId('consent-label')).toHaveTextContent('“Nordmark University”');
  expect(screen.getByTestId('consent')).toHaveTextContent('Name given by the inviter, not verified');
  expect(screen.getByTestId('consent-facts-host')).toHaveTextContent('agent.nordmark.example');
  expect(commands()).not.toContain('connect');
});

test('not now contacts nobody', async () => {
  await look('https://agent.example/?oob=connect');
  await userEvent.click(await screen.findByTestId('not-now'));
  expect(commands()).not.toContain('connect');
  expect(sheets.open).toBeNull();
});

test('connecting carries the person’s own name and follows the steps', async () => {
  await look('https://agent.example/?oob=connect');
  await userEvent.type(await screen.findByTestId('consent-alias'), 'My university');
  await userEvent.click(screen.getByTestId('connect'));
  expect(asked.find(({ command }) => command === 'connect')?.given).toEqual({
    connect: {
      text: 'https://agent.example/?oob=connect',
      alias: 'My university',
      allowPrivate: false,
      reuse: false,
    },
  });
  expect(await screen.findByTestId('strip')).toBeInTheDocument();
  expect(await screen.findByTestId('show-connection')).toBeInTheDocument();
});

test('an address on this computer is named, and connecting agrees to it', async () => {
  await look('http://127.0.0.1:8030/?oob=connect');
  expect(await screen.findByTestId('consent-private')).toBeInTheDocument();
  await userEvent.click(screen.getByTestId('connect'));
  const given = asked.find(({ command }) => command === 'connect')?.given as {
    connect: { allowPrivate: boolean };
  };
  expect(given.connect.allowPrivate).toBe(true);
});

test('an invitation with an offer leads to the offer', async () => {
  await look('https://agent.example/?oob=offer');
  await userEvent.click(await screen.findByTestId('connect-review'));
  await waitFor(() => expect(sheets.open?.kind).toBe('offer'));
});

test('a short link is not followed before the person says so', async () => {
  await look('https://nordmark.example/s/8fK2');
  expect(await screen.findByTestId('found-sentence')).toHaveTextContent('nordmark.example');
  expect(commands()).not.toContain('resolve_short_url');
  await userEvent.click(screen.getByTestId('resolve-short-url'));
  expect(await screen.findByTestId('consent')).toBeInTheDocument();
});

test('something unknown is said in one sentence and the text stays', async () => {
  await look('hello there');
  expect(await screen.findByTestId('found-nothing')).toHaveTextContent(
    'neither an invitation nor a credential',
  );
  expect(screen.getByTestId('add-text')).toHaveValue('hello there');
});

test('a credential is checked before it is kept', async () => {
  render(AddSheet, { text: '{"proof":{}}' });
  expect(await screen.findByTestId('checks')).toHaveTextContent('Signature');
  await userEvent.click(screen.getByTestId('keep'));
  expect(commands()).toContain('keep_credential');
});

test('an invitation that was used before leads to its connection', async () => {
  await look('https://agent.example/?oob=used');
  expect(await screen.findByTestId('used-before')).toHaveTextContent('took this invitation');
  await userEvent.click(screen.getByTestId('open-connection'));
  expect(commands()).not.toContain('connect');
  expect(navigation.place.screen).toBe('connections');
});

test('an invitation that was used before can be used once more', async () => {
  await look('https://agent.example/?oob=used');
  await userEvent.click(await screen.findByTestId('use-again'));
  expect(await screen.findByTestId('consent')).toBeInTheDocument();
});

test('of several codes in a picture the person chooses one', async () => {
  await look('several');
  const codes = await screen.findAllByTestId('code');
  expect(codes).toHaveLength(3);
  await userEvent.click(codes[0]!);
  expect(await screen.findByTestId('consent')).toBeInTheDocument();
});

test('a link that was handed over is forgotten once it is answered', async () => {
  render(AddSheet, {
    text: 'https://agent.example/?oob=connect',
    link: { number: '7', text: 'https://agent.example/?oob=connect', more: 1 },
  });
  expect(await screen.findByTestId('more-links')).toHaveTextContent('One more link waits.');
  await userEvent.click(await screen.findByTestId('connect'));
  await waitFor(() =>
    expect(asked).toContainEqual({ command: 'forget_handed_over', given: { number: '7' } }),
  );
});

test('a dropped image is handed over as base64, a dropped text as text', async () => {
  const image = new File([new Uint8Array([1, 2, 3])], 'qr.png', { type: 'image/png' });
  const text = new File(['{"a":1}'], 'invitation.json', { type: 'application/json' });
  const transfer = (file?: File, words = '') =>
    ({ files: file ? [file] : [], getData: () => words }) as unknown as DataTransfer;
  expect(await takeIn(transfer(image))).toEqual({ kind: 'image', image: 'AQID' });
  expect(await takeIn(transfer(text))).toEqual({ kind: 'text', text: '{"a":1}' });
  expect(await takeIn(transfer(undefined, 'https://x.example'))).toEqual({
    kind: 'text',
    text: 'https://x.example',
  });
  // A file whose kind nobody knows is looked at by its bytes.
  const unknown = new File([new Uint8Array([1, 2, 3])], 'invitation');
  expect(await takeIn(transfer(unknown))).toEqual({ kind: 'image', image: 'AQID' });
  expect(await takeIn(transfer())).toBeNull();
  const huge = new File([new Uint8Array(13 * 1024 * 1024)], 'huge.png', { type: 'image/png' });
  expect(await takeIn(transfer(huge))).toEqual({ kind: 'too-large' });
});
