// What the page uses of CodeMirror, and no more: names that nobody imports are not
// left out by themselves.

export {Compartment, EditorSelection, EditorState, Prec, RangeSet, RangeSetBuilder, StateEffect, StateField} from '@codemirror/state';
export {Decoration, EditorView, GutterMarker, ViewPlugin, WidgetType, drawSelection, highlightSpecialChars, hoverTooltip, keymap, lineNumberMarkers,
  lineNumbers, rectangularSelection, showTooltip} from '@codemirror/view';
export {defaultKeymap, history, historyKeymap, indentLess, insertTab, redo, temporarilySetTabFocusMode, undo} from '@codemirror/commands';
export {bracketMatching, codeFolding, foldEffect, foldGutter, foldKeymap, indentOnInput, indentService, indentUnit} from '@codemirror/language';
export {acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap} from '@codemirror/autocomplete';
export {highlightSelectionMatches, search, searchKeymap} from '@codemirror/search';
export {goLanguage} from '@codemirror/lang-go';

// What javascript.js takes from here.
export {LRLanguage, LanguageSupport, continuedIndent, defineLanguageFacet, delimitedIndent, flatIndent, foldInside, foldNodeProp, indentNodeProp,
  sublanguageProp, syntaxTree} from '@codemirror/language';
export {completeFromList, ifNotIn, snippetCompletion} from '@codemirror/autocomplete';
export {IterMode, NodeWeakMap} from '@lezer/common';
export {ContextTracker, ExternalTokenizer, LRParser, LocalTokenGroup} from '@lezer/lr';
export {styleTags, tags} from '@lezer/highlight';
