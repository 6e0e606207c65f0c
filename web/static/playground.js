// Entry of the page's scripts. Everything that it loads is in this directory,
// as it was written.

import {markContents} from './contents.js';
import {offerThemes} from './theme.js';
import {CodeRunner} from './widget/runner.js';

customElements.define('code-runner', CodeRunner);
markContents(document.querySelector('.contents'));
offerThemes(document.querySelector('.masthead'));
const search = document.querySelector('.search');
if (search) import('./search.js').then(({offerSearch}) => offerSearch(search));
