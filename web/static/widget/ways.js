// What the More button shows: ways to run a program besides the plain one, and what
// else can be done with it. Loaded when it is pressed.

import {isScript} from '../backend/scripts.js';
import {button, element} from '../dom.js';

/** In the order in which they are shown: what each says, who has a use for it, and what does it. */
const WAYS = [
  {text: 'Find races', suits: (runner) => !isScript(runner), act: findRaces},
  {text: 'What else could happen?', suits: (runner) => !isScript(runner), act: async (desk) => (await desk.extras()).orders.show()},
  {text: 'Run 10 times', suits: () => true, act: async (desk) => (await import('../runs/repeat.js')).repeat(desk)},
  {text: 'Add a file', suits: ({dataset, attributes}) => dataset.lang === 'go' && !attributes.readonly, act: async ({program}) => (await program.files()).add()},
];

/** What is found is shown beside the output (races/races.js). */
function findRaces({views, run}) {
  views.output();
  run({race: true, observe: false});
}

/** Shows or hides them. */
export function toggle(desk) {
  const {bar, title, runner} = desk;
  let list = bar.element.querySelector('.ways');
  if (!list) {
    list = element('div', {class: 'ways', role: 'group', 'aria-label': `More for ${title}`, hidden: true},
        ...WAYS.filter(({suits}) => suits(runner)).map(({text, act}) => button(text, `${text}: ${title}`, () => act(desk))));
    bar.element.append(list);
  }
  list.hidden = !list.hidden;
  bar.buttons.more.setAttribute('aria-expanded', String(!list.hidden));
}
