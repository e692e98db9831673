import { render } from 'preact';
import { App } from './ui/app.js';
import './style/base.css';
import './style/stage.css';
import './style/result.css';
import './style/model.css';

const page = document.getElementById('page');
if (page === null) throw new Error('index.html must have an element with the id "page"');
// The service is where the page is, below whatever prefix a proxy gives it.
const here = new URL('./', location.href);
render(
  <App
    baseUrl={here.href.replace(/[?#].*$/, '')}
    modelName={new URLSearchParams(location.search).get('model') ?? undefined}
  />,
  page,
);
