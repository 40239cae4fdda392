import type { Catalogue } from '../catalogue.svelte';

export const activity: Catalogue['activity'] = {
  lead: 'Was diese Wallet tat und was ihr geschah. Werte von Nachweisen stehen hier nicht.',
  empty: 'Noch ist nichts geschehen',
  emptyText: 'Jede Verbindung, jedes Angebot und jeder Nachweis hinterlässt hier eine Zeile.',
  more: (number) => `Frühere zeigen (noch ${number})`,
};
