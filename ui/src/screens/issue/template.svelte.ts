// The template in the editor. It outlives the screen, and what is not saved is kept in the wallet, so that neither a
// look at another screen nor a restart loses it.
import type { Field, FieldKind, Template } from '../../bindings';
import { backend } from '../../ipc';
import { forgets } from '../../state/forget';

export const blankField = (name = '', kind: FieldKind = 'text'): Field => ({
  name,
  label: words(name),
  kind,
  required: false,
  example: '',
  hint: null,
  choices: [],
  min: null,
  max: null,
  step: null,
  pattern: null,
  means: null,
});

const blankTemplate = (): Template => ({
  id: '',
  name: '',
  description: '',
  contexts: [],
  types: [''],
  subjectTypes: [],
  meaning: null,
  fields: [],
  validDays: null,
  issuerDid: null,
  revocable: true,
});

/** `birthDate` as `Birth date`. */
export function words(name: string): string {
  const last = name.split('.').at(-1) ?? '';
  const spaced = last
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

class Editor {
  template = $state<Template>(blankTemplate());
  /** Differs from what is saved. */
  changed = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** As it was shown or last kept. */
  #written = '';

  #show(template: Template, changed: boolean): void {
    this.template = template;
    this.changed = changed;
    this.#written = JSON.stringify(template);
  }

  /** Show a template: what was left unsaved of it before what is saved. */
  async open(id: string): Promise<void> {
    const kept = await backend.keptDraft('template');
    const left = kept === null ? null : read(kept);
    if (left?.id === id) this.#show(left, true);
    else this.#show(id === '' ? blankTemplate() : await backend.template(id), false);
  }

  /** Begin with a copy, which is a new one. */
  async begin(template: Template): Promise<void> {
    clearTimeout(this.#timer);
    this.#show({ ...template, id: '' }, true);
    await backend.keepDraft('template', this.#written);
  }

  /** Keep what stands here once nothing was typed for a moment; what was only shown is no change. */
  keep(text: string): void {
    if (text === this.#written) return;
    this.#written = text;
    this.changed = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void backend.keepDraft('template', text).catch(() => undefined), 300);
  }

  /** Nothing is left to be kept. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    this.changed = false;
    await backend.keepDraft('template', null);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#show(blankTemplate(), false);
  }
}

function read(text: string): Template | null {
  try {
    return { ...blankTemplate(), ...(JSON.parse(text) as Partial<Template>) };
  } catch {
    return null;
  }
}

export const editor = new Editor();
forgets(() => editor.clear());
