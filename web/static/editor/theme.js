// How the editor looks: as the plain one, of the page's own colours. The rest of
// the page's style sheet need not know of it.

import {EditorView} from '../vendor/codemirror.js';

/** The colours of marks that have none of their own name. */
const colourOf = {place: 'accent', waiting: 'signal'};

const mark = (name, sign) => ({
  [`.cm-line[data-mark="${name}"]`]: {background: `var(--${colourOf[name] ?? name}-wash)`},
  [`.cm-gutterElement.mark-${name}`]: {
    color: `var(--${colourOf[name] ?? name})`,
    fontWeight: '700',
    background: `var(--${colourOf[name] ?? name}-wash)`,
    boxShadow: `inset 3px 0 var(--${colourOf[name] ?? name})`,
  },
  [`.cm-lineNumbers .cm-gutterElement.mark-${name}::before`]: {content: `"${sign}\\2009" / ""`},
});

export const theme = EditorView.theme({
  '&': {color: 'var(--code-ink)', background: 'var(--code-ground)', maxWidth: '100%'},
  '&.cm-focused': {outline: 'none'},
  '.cm-scroller': {
    font: '.875rem/1.6 var(--mono)', fontVariantLigatures: 'none', letterSpacing: 'inherit', overflowX: 'auto',
  },
  '.cm-content': {padding: '.875rem 0 1.625rem', caretColor: 'var(--ink)', tabSize: '4'},
  '.cm-line': {padding: '0 2rem 0 0'},
  '.cm-line[data-marked]': {background: 'var(--warning-wash)', boxShadow: 'inset 3px 0 var(--rule-strong)'},
  '.cm-line[data-lit]': {background: 'var(--accent-wash)', boxShadow: 'inset 3px 0 var(--accent)'},
  '.cm-cursor': {borderLeftColor: 'var(--ink)', borderLeftWidth: '2px'},
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 28%, transparent)',
  },
  '.cm-selectionMatch': {background: 'color-mix(in srgb, var(--accent) 16%, transparent)'},
  '.cm-searchMatch': {background: 'var(--warning-wash)', outline: '1px solid var(--warning)'},
  '.cm-searchMatch-selected': {background: 'var(--accent-wash)', outline: '2px solid var(--accent)'},
  '&.cm-focused .cm-matchingBracket': {background: 'none', outline: '1px solid var(--rule-strong)'},
  '&.cm-focused .cm-nonmatchingBracket': {background: 'none', outline: '1px solid var(--error)'},
  '.cm-specialChar': {color: 'var(--error)'},

  '.cm-gutters': {background: 'var(--code-ground)', color: 'var(--ink-soft)', border: '0', width: 'var(--gutter)'},
  '.cm-lineNumbers': {width: 'calc(var(--gutter) - .875rem)'},
  '.cm-lineNumbers .cm-gutterElement': {
    padding: '1px 0 0', minWidth: '0', fontSize: '.8125em', lineHeight: 'calc(1.6 / .8125)', whiteSpace: 'nowrap',
    direction: 'ltr', display: 'flex', justifyContent: 'flex-end',
  },
  '.cm-foldGutter': {width: '.875rem'},
  '.cm-foldGutter .cm-gutterElement': {padding: '0', cursor: 'pointer', textAlign: 'center'},
  '.fold::before': {content: '"\\203a" / ""'},
  '.fold.open::before': {content: '"\\2304" / ""', opacity: '0'},
  '&:hover .fold.open::before': {opacity: '1'},
  '.cm-foldPlaceholder': {
    margin: '0 .25em', padding: '0 .4em', border: '1px solid var(--rule-strong)', background: 'none', color: 'var(--ink-soft)',
  },
  ...mark('error', '\\2717'),
  ...mark('warning', '!'),
  ...mark('waiting', '\\2016'),
  ...mark('place', '\\2192'),

  '.squiggle': {textDecoration: 'underline wavy 1px', textUnderlineOffset: '.25em', textDecorationSkipInk: 'none'},
  '.squiggle[data-severity="error"]': {textDecorationColor: 'var(--error)'},
  '.squiggle[data-severity="warning"]': {textDecorationColor: 'var(--warning)'},
  '.squiggle[data-point]::after': {content: '"\\00a0" / ""', position: 'absolute', textDecoration: 'inherit'},
  '.finding': {maxWidth: 'min(40rem, 90vw)', padding: '.4rem .75rem', borderLeft: '3px solid var(--error)'},
  '.finding.warning': {borderLeftColor: 'var(--warning)'},
  '.finding p': {margin: '0', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere'},
  '.finding button': {
    minHeight: '2rem', margin: '.25rem .5rem 0 0', padding: '0 .75rem', border: '1px solid var(--rule-strong)', borderRadius: '4px',
    background: 'none', color: 'var(--accent)', font: 'inherit', cursor: 'pointer',
  },

  '.about': {maxWidth: 'min(40rem, 90vw)', padding: '.4rem .75rem'},
  '.about code': {font: '.84375rem/1.5 var(--mono)', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere'},
  '.about p': {margin: '.25rem 0 0', color: 'var(--ink-soft)'},

  '.cm-panels': {background: 'var(--code-ground)', color: 'var(--ink)', font: '.875rem/1.5 var(--sans)'},
  '.cm-panels-top': {borderBottom: '1px solid var(--rule)'},
  '.cm-panel.cm-search': {padding: '.5rem .75rem'},
  '.cm-panel :is(input, button)': {font: 'inherit'},
  '.cm-textfield': {
    minHeight: '2rem', border: '1px solid var(--rule-strong)', borderRadius: '4px', background: 'var(--paper)', color: 'var(--ink)',
  },
  '.cm-button': {
    minHeight: '2rem', border: '1px solid var(--rule-strong)', borderRadius: '4px', background: 'none', color: 'var(--accent)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--rule-strong)', borderRadius: '6px', background: 'var(--paper)', color: 'var(--ink)',
    boxShadow: '0 .25rem 1rem -.5rem var(--rule-strong)', font: '.875rem/1.5 var(--sans)', overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {font: '.84375rem/1.6 var(--mono)'},
  '.cm-tooltip-autocomplete ul li[aria-selected]': {background: 'var(--accent)', color: 'var(--accent-ink)'},
  '.cm-completionDetail': {color: 'var(--ink-soft)', fontStyle: 'normal'},
  'li[aria-selected] .cm-completionDetail': {color: 'inherit'},
});
