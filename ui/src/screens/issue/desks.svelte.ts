// Which of the desk's two lists is shown. It outlives the screen, so that the palette can choose it.
class Desks {
  tab = $state<'offers' | 'issued' | 'runs' | 'templates'>('offers');
}

export const desks = new Desks();
