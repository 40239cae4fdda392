// Dates and times as the chosen language writes them.
import { language } from './catalogue.svelte';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function parse(text: string): Date | null {
  // A bare date is a day, wherever one is: it must not slip to the day before in the west.
  const date = new Date(DAY.test(text) ? `${text}T00:00:00` : text);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** "23 Nov 2026", or the text itself where it is no date. */
export function formatDate(text: string): string {
  const date = parse(text);
  if (!date) return text;
  return new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'short', year: 'numeric' }).format(
    date,
  );
}

/** "14:05:09", in 24 hours everywhere: it stands in narrow columns. */
export function formatTime(text: string): string {
  const date = parse(text);
  if (!date) return text;
  return new Intl.DateTimeFormat(language(), { timeStyle: 'medium', hourCycle: 'h23' }).format(date);
}

/** "23 Nov 2026, 14:05" */
export function formatMoment(text: string): string {
  const date = parse(text);
  if (!date) return text;
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/** The time for something of today, in 24 hours as beside it in the strip; the day for anything older. */
export function formatShort(text: string): string {
  const date = parse(text);
  if (!date) return text;
  const today = new Date().toDateString() === date.toDateString();
  return new Intl.DateTimeFormat(
    language(),
    today ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { day: 'numeric', month: 'short' },
  ).format(date);
}

/** "Monday, 23 November 2026", for the headings of the history. */
export function formatDay(text: string): string {
  const date = parse(text);
  if (!date) return text;
  return new Intl.DateTimeFormat(language(), { dateStyle: 'full' }).format(date);
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}
