import { mount } from 'svelte';
import App from './app/App.svelte';
import './app.css';

const target = document.getElementById('app');
if (target !== null) mount(App, { target });
