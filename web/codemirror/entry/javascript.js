// The language of programs that browsers run, loaded by pages that have one. What
// it shares with the editor it takes from there: see main.go.

export {javascriptLanguage, typescriptLanguage} from '@codemirror/lang-javascript';
