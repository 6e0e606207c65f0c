// The files of a program: a tab for each, and adding, renaming and deleting them.
// Loaded for programs that have several, and for the first that is added.

import {button, element, focused} from '../dom.js';
import {filesOf} from './source.js';

const NAME = /^[\w@+-][\w.@+-]*(?:\/[\w@+-][\w.@+-]*)*$/;

/** The tabs of a program. */
export class Part {
  #program;
  #list;
  #strip;
  #form;
  #name;
  #problem = element('p', {role: 'alert'});
  #said = element('p', {class: 'unseen', role: 'status'});
  /** What to do with the name that the reader writes. */
  #use = null;
  #styled = false;
  /** What is shown. */
  #shown = '';

  /** @param {import('./program.js').Program} program */
  constructor(program) {
    this.#program = program;
    const {title, runner} = program;
    this.#list = element('div', {role: 'tablist', 'aria-label': `Files of ${title}`, keydown: (event) => this.#key(event)});
    const change = (text, label, click, attributes) => button(text, `${label}: ${title}`, click, attributes);
    const act = (text, label, click) => change(text, label, click, {class: `act ${text.toLowerCase()}`, title: label});
    this.#name = element('input', {'aria-label': `Name of a file of ${title}`, autocapitalize: 'off', autocomplete: 'off', spellcheck: 'false',
      keydown: (event) => this.#nameKey(event)});
    this.#form = element('div', {class: 'naming', hidden: true}, this.#name, change('OK', 'OK', () => this.#named()), change('Cancel', 'Cancel', () => this.#ask(null)), this.#problem);
    // Until its style is there it would move what is below.
    const styled = () => {
      this.#styled = true;
      this.update();
    };
    this.#strip = element('div', {class: 'files', hidden: true},
        element('link', {rel: 'stylesheet', href: new URL('files.css', import.meta.url).href, load: styled, error: styled}), this.#list,
        ...(runner.hasAttribute('readonly') ? [] : [act('Add', 'Add a file', () => this.add()), act('Rename', 'Rename this file', () => this.#rename()),
          act('Delete', 'Delete this file', () => this.#delete())]), this.#form, this.#said);
    program.editor.element.prepend(this.#strip);
  }

  /** The program, what is known of it, or what is shown of it has changed. */
  update() {
    const files = filesOf(this.#program.source);
    const {file} = this.#program.editor;
    this.#strip.hidden = !this.#styled || files.length < 2 && this.#form.hidden || file < 0 && files.length > 1;
    const tabs = files.length < 2 ? [] : files.map(({name}, i) => ({name, chosen: i === file, ...this.#found(name)}));
    const shown = JSON.stringify(tabs);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const here = this.#list.contains(focused(this.#list));
    this.#list.replaceChildren(...tabs.map((tab, i) => this.#tab(tab, i)));
    if (here) this.#list.querySelector('[aria-selected="true"]')?.focus();
  }

  /** How many errors and warnings there are in a file. */
  #found(name) {
    const count = (severity) => this.#program.found.filter((d) => d.line && d.severity === severity && (d.file ?? 'prog.go') === name).length;
    return {errors: count('error'), warnings: count('warning')};
  }

  #tab({name, chosen, errors, warnings}, index) {
    const said = [[errors, 'error'], [warnings, 'warning']].filter(([n]) => n > 0).map(([n, what]) => `, ${n} ${what}${n === 1 ? '' : 's'}`).join('');
    return element('button', {type: 'button', role: 'tab', 'aria-selected': String(chosen), tabindex: chosen ? '0' : '-1',
      'data-found': errors ? 'error' : warnings ? 'warning' : '', click: () => this.#show(index)}, name, element('span', {class: 'unseen'}, said));
  }

  #show(index) {
    this.#program.editor.showFile(index);
    this.update();
  }

  /** Arrows go from tab to tab, as in every list of tabs. */
  #key(event) {
    const tabs = [...this.#list.children];
    const at = this.#program.editor.file;
    const to = {ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1}[event.key];
    if (to !== undefined) this.#show((to + tabs.length) % tabs.length);
    else if (event.key === 'F2' && this.#canChange) this.#rename();
    else if (event.key === 'Delete' && this.#canChange) this.#delete();
    else return;
    event.preventDefault();
  }

  get #canChange() {
    return !this.#program.runner.hasAttribute('readonly');
  }

  // Files are made, named and deleted in the program's text, as edits that can be undone.

  /** Asks for the name of a new file. */
  add() {
    this.#ask('', (name) => {
      const {source} = this.#program;
      this.#change(`${source.replace(/\n*$/, '\n')}-- ${name} --\n${beginning(name)}`, name);
    });
  }

  #rename() {
    const files = filesOf(this.#program.source);
    const {name, header, from} = files[this.#program.editor.file];
    this.#ask(name, (to) => {
      const lines = this.#program.source.split('\n');
      lines.splice(Math.max(header, 0), from - Math.max(header, 0), `-- ${to} --`);
      this.#change(lines.join('\n'), to);
    });
  }

  #delete() {
    const files = filesOf(this.#program.source);
    const at = this.#program.editor.file;
    if (files.length < 2 || at < 0) return;
    const {name, header, to} = files[at];
    const lines = this.#program.source.split('\n');
    lines.splice(Math.max(header, 0), to + 1 - Math.max(header, 0), ...(to === lines.length - 1 ? [''] : []));
    this.#change(lines.join('\n'), files[at === 0 ? 1 : at - 1].name);
    this.#said.textContent = `${name} was deleted; undo in the editor brings it back`;
    this.#list.querySelector('[aria-selected="true"]')?.focus();
  }

  #change(source, name) {
    this.#program.editor.source = source;
    const index = filesOf(this.#program.source).findIndex((file) => file.name === name);
    if (index >= 0) this.#show(index);
  }

  // The name.

  /** Asks for a name, which use gets; null ends asking. */
  #ask(name, use = null) {
    this.#use = use;
    this.#form.hidden = use === null;
    this.#problem.textContent = '';
    this.#shown = '';
    this.update();
    if (use === null) {
      this.#list.querySelector('[aria-selected="true"]')?.focus();
      return;
    }
    this.#name.value = name;
    this.#name.focus();
    this.#name.select();
  }

  #nameKey(event) {
    if (event.isComposing || event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    if (event.key === 'Enter') this.#named();
    else this.#ask(null);
  }

  #named() {
    const name = this.#name.value.trim();
    this.#problem.textContent = this.#wrong(name);
    if (this.#problem.textContent) {
      this.#name.focus();
      return;
    }
    const use = this.#use;
    this.#ask(null);
    use(name);
  }

  /** What is wrong with a name. */
  #wrong(name) {
    const files = filesOf(this.#program.source);
    if (name === '') return 'Write the name of the file, such as stack.go.';
    if (!NAME.test(name)) return 'A file\u2019s name is a path within the program, such as sub/x.go.';
    if (name.endsWith('/go.mod')) return 'A program is one module: its go.mod is at the top.';
    if (files.some((file) => file.name === name)) return `There is a file ${name} already.`;
    return '';
  }
}

/** What a new file begins with. */
function beginning(name) {
  if (name === 'go.mod') return 'module play\n';
  const folder = name.split('/').at(-2);
  return name.endsWith('.go') ? `package ${folder ? folder.replace(/\W/g, '') : 'main'}\n\n` : '\n';
}
