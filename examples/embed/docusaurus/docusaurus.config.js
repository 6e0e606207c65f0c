// What a site's own configuration needs besides the rest.
export default {
  title: 'A site by Docusaurus',
  url: 'https://blog.example.org',
  baseUrl: '/',
  presets: [['classic', {docs: {routeBasePath: '/'}, blog: false}]],
  scripts: [{src: 'https://run.example.org/embed.js', async: true}],
};
