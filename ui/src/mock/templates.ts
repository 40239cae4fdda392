// The mock's templates: the built-in ones and those that were saved here; drafts as they were left.
import type { Template, TemplateLook, TemplateRow } from '../bindings';
import { changed, id, must } from './state';
import { issueTypes } from './types';
import { card, kinds } from './world';

const saved = new Map<string, Template>();
const drafts = new Map<string, string>();

const builtIn: Template[] = issueTypes
  .filter((type) => type.fields.length > 0)
  .map((type) => ({
    id: type.id,
    name: type.name,
    description: type.description,
    contexts: ['https://w3id.org/citizenship/v1'],
    types: [type.name.replaceAll(' ', '')],
    subjectTypes: [],
    meaning: null,
    fields: type.fields,
    validDays: null,
    issuerDid: null,
    revocable: true,
  }));

const rows = (): TemplateRow[] =>
  [...saved.values(), ...builtIn].map((template) => ({
    id: template.id,
    name: template.name,
    description: template.description,
    fields: template.fields.length,
    own: saved.has(template.id),
  }));

/** As much of a JSON Schema as the mock reads. */
interface Schema {
  title?: string;
  properties?: Record<string, { type?: string }>;
}

const fromSchema = ({ title, properties }: Schema): Template => ({
  ...builtIn[0]!,
  id: id('t'),
  name: title ?? 'Credential',
  fields: Object.entries(properties ?? {})
    .filter(([, { type }]) => type !== 'array')
    .map(([name]) => ({ ...builtIn[0]!.fields[0]!, name, label: name })),
});

function look(template: Template): TemplateLook {
  const problems = [];
  if (template.name.trim() === '') {
    problems.push({ field: 'name', code: 'missing', bound: null, sentence: 'Fill this in.' });
  }
  if (template.fields.length === 0) {
    problems.push({ field: 'fields', code: 'no-fields', bound: null, sentence: 'Add at least one field.' });
  }
  const claims = template.fields.map((field) => ({
    path: field.name,
    label: field.label,
    value: field.example,
    kind: 'text' as const,
  }));
  return {
    ready: problems.length === 0,
    problems,
    card: { ...card(kinds[0]!, 'offered'), title: template.name, attributes: claims.slice(0, 2) },
    claims,
    types: ['PermanentResident', 'PermanentResidentCard', 'Person'],
    terms:
      template.contexts.length > 0
        ? [
            { name: 'birthDate', kind: 'date' },
            { name: 'givenName', kind: 'text' },
            { name: 'image', kind: 'image' },
          ]
        : [],
    pinned: ['https://w3id.org/citizenship/v1', 'https://www.w3.org/ns/credentials/v2'],
  };
}

const find = (wanted: string): Template =>
  must(saved.get(wanted) ?? builtIn.find((template) => template.id === wanted));

/* eslint-disable-next-line @typescript-eslint/no-explicit-any */
export const templateCommands: Record<string, (given: any) => unknown> = {
  templates: rows,
  template: ({ id: wanted }: { id: string }) => find(wanted),
  look_at_template: ({ template }: { template: Template }) => look(template),
  save_template: ({ template }: { template: Template }) => {
    const kept = { ...template, id: template.id || id('t') };
    saved.set(kept.id, kept);
    changed('settings');
    return kept.id;
  },
  delete_template: ({ id: wanted }: { id: string }) => {
    saved.delete(wanted);
    changed('settings');
    return null;
  },
  template_file: ({ id: wanted }: { id: string }) => JSON.stringify(find(wanted)),
  export_template: () => 'template.json',
  import_template: ({ text }: { text: string }) => {
    const read = JSON.parse(text) as Template & Schema;
    const given = read.properties ? fromSchema(read) : { ...read, id: id('t') };
    saved.set(given.id, given);
    changed('settings');
    const lists = Object.entries(read.properties ?? {}).filter(([, { type }]) => type === 'array');
    return { id: given.id, leftOut: lists.map(([path]) => ({ path, why: 'list' })) };
  },
  kept_draft: ({ of }: { of: string }) => drafts.get(of) ?? null,
  keep_draft: ({ of, text }: { of: string; text: string | null }) => {
    if (text === null) drafts.delete(of);
    else drafts.set(of, text);
    return null;
  },
  save_invitation_page: () => 'invitation.html',
};
