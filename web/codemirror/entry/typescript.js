// What is loaded besides for programs in TypeScript and JavaScript.

export {typescriptLanguage, javascriptLanguage} from '@codemirror/lang-javascript';
