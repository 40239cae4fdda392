import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { en } from '../messages/en';
import { asked } from '../mock/backend';
import { failure } from '../mock/failures';
import { card, checks, kinds } from '../mock/world';
import Checklist from './Checklist.svelte';
import CredentialCard from './CredentialCard.svelte';
import { initials } from './initials';
import Pairs from './Pairs.svelte';
import Problem from './Problem.svelte';
import Sheet from './Sheet.svelte';
import { shorten } from './shorten';
import { announce } from '../state/announcer.svelte';

test('a card shows its issuer, title, state and at most two attributes', () => {
  const shown = card(kinds[0]!, 'valid');
  shown.attributes = [...shown.attributes, { label: 'Third', value: 'too many' }];
  render(CredentialCard, { card: shown });
  expect(screen.getByTestId('credential-card')).toHaveTextContent('Permanent resident card');
  expect(screen.getByTestId('credential-card')).toHaveTextContent('Valid');
  expect(screen.queryByText('too many')).toBeNull();
});

test('an issuer’s text stays text', () => {
  const shown = card(kinds[0]!, 'valid');
  shown.title = '<img src=x onerror="alert(1)"><b>bold</b>';
  const { container } = render(CredentialCard, { card: shown });
  expect(container.querySelector('img, b')).toBeNull();
  expect(screen.getByText(/<img src=x/)).toBeInTheDocument();
});

test('a failure says what happened, what was lost and what to do, and its code can be copied', async () => {
  render(Problem, {
    failure: failure(
      'peer-unreachable',
      'Cannot reach them',
      'The host did not answer.',
      'Try again later.',
      {
        detail: 'connection refused',
      },
    ),
  });
  const problem = screen.getByRole('alert');
  expect(problem).toHaveTextContent('The host did not answer. Nothing was lost. Try again later.');
  await userEvent.click(screen.getByTestId('copy-code'));
  expect(asked.at(-1)).toEqual({
    command: 'copy_text',
    given: { text: 'peer-unreachable\nThe host did not answer.\nconnection refused', kind: 'public' },
  });
});

test('each check carries its outcome in words and its reason', () => {
  render(Checklist, { checks: checks('unverified') });
  expect(screen.getByTestId('check-key-authorised')).toHaveTextContent('Could not be checked');
  expect(screen.getByTestId('check-signature')).toHaveTextContent('Passed');
});

test('terms of the document’s own are said in a sentence, and never look simply valid', () => {
  render(Checklist, { checks: checks('signed') });
  expect(screen.getByTestId('check-contexts')).toHaveTextContent('by its author, not by a shared vocabulary');
  expect(screen.getByTestId('check-contexts')).not.toHaveTextContent('Could not be checked');
  expect(screen.getByTestId('check-contexts')).not.toHaveTextContent('Passed');
  expect(en.card.state.signed).not.toBe(en.card.state.valid);
});

test('a dialog reads aloud what happens while it is open, and not what came before', async () => {
  announce('before');
  render(Sheet, {
    title: 'Any',
    onclose: () => undefined,
    children: createRawSnippet(() => ({ render: () => '<p></p>' })),
  });
  expect(screen.getByTestId('sheet-live-region')).toHaveTextContent('');
  announce('while open');
  await waitFor(() => expect(screen.getByTestId('sheet-live-region')).toHaveTextContent('while open'));
});

test('values are shown by their kind', () => {
  render(Pairs, {
    testid: 'claims',
    pairs: [
      { key: 'a', label: 'Born', value: '1958-07-17', kind: 'date' },
      { key: 'b', label: 'Honours', value: 'true', kind: 'switch' },
      { key: 'c', label: 'Subject', value: `did:key:z6Mk${'x'.repeat(44)}`, kind: 'did' },
      { key: 'd', label: 'Photo', value: 'data:image/png;base64,AAAA', kind: 'text' },
      { key: 'e', label: 'Page', value: 'https://example.org', kind: 'address' },
    ],
  });
  expect(screen.getByTestId('claims-a')).toHaveTextContent('Jul 17, 1958');
  expect(screen.getByTestId('claims-b')).toHaveTextContent('Yes');
  expect(screen.getByTestId('claims-c')).toHaveTextContent('…xxxxxxxx');
  expect(screen.getByTestId('claims-d')).toHaveTextContent('Picture');
  expect(screen.getByTestId('claims-e').querySelector('a')).toBeNull();
});

test('names become one or two letters', () => {
  expect(initials('University of Halden')).toBe('UH');
  expect(initials('ada')).toBe('A');
  expect(initials('“ ”')).toBe('?');
});

test('a long identifier keeps its ends', () => {
  expect(shorten('did:web:short.example')).toBe('did:web:short.example');
  expect(shorten(`did:key:${'a'.repeat(60)}zzzzzzzz`)).toMatch(/^did:key:a+…zzzzzzzz$/);
});
