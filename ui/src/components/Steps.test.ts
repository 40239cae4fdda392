import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { strip } from '../mock/world';
import { announcer } from '../state/announcer.svelte';
import Steps from './Steps.svelte';

const since = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

test('done steps carry their time, the current one says whose turn it is', () => {
  render(Steps, { steps: strip('holder', 3, 'them'), since: since(2) });
  expect(screen.getByTestId('step-offered')).toHaveAttribute('data-state', 'done');
  expect(screen.getByTestId('step-offered').querySelector('time')).not.toBeNull();
  expect(screen.getByTestId('step-requested')).toHaveAttribute('aria-current', 'step');
  expect(screen.getByTestId('turn')).toHaveTextContent('Their turn');
  expect(screen.queryByTestId('late')).toBeNull();
});

test('after ten seconds of silence it says so and offers what can be done', async () => {
  const onretry = vi.fn();
  render(Steps, { steps: strip('holder', 3, 'them'), since: since(12), onretry });
  expect(screen.getByTestId('late')).toHaveTextContent(/No answer for 1[23] seconds/);
  await userEvent.click(screen.getByTestId('retry'));
  expect(onretry).toHaveBeenCalledOnce();
  await userEvent.click(screen.getByTestId('why'));
  expect(screen.getByTestId('why-text')).toHaveTextContent('Your message was delivered');
});

test('what was not delivered is told apart from an answer that has not come', () => {
  render(Steps, { steps: strip('holder', 3, 'them'), since: since(30), unsent: 1 });
  expect(screen.getByTestId('late')).toHaveTextContent('The other side has not been reached yet.');
});

test('the person’s own turn is never late', () => {
  render(Steps, { steps: strip('holder', 2, 'us'), since: since(3600) });
  expect(screen.getByTestId('turn')).toHaveTextContent('Your turn');
  expect(screen.queryByTestId('late')).toBeNull();
});

test('a step that is not needed is not shown', () => {
  const steps = strip('holder', 2, 'us').map((step, index) =>
    index === 0 ? { ...step, state: 'skipped' as const } : step,
  );
  render(Steps, { steps, since: since(1) });
  expect(screen.queryByTestId('step-invitation')).toBeNull();
});

test('a change of step is said aloud, the first sight of it is not', async () => {
  announcer.spoken = '';
  const { rerender } = render(Steps, { steps: strip('holder', 2, 'us'), since: since(1) });
  expect(announcer.spoken).toBe('');
  await rerender({ steps: strip('holder', 3, 'them'), since: since(0) });
  expect(announcer.spoken).toContain('You accepted');
});
