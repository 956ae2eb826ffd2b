// An Electron program that shows nothing by itself and goes on without a window: the gallery opens those it photographs.
import { app } from 'electron';

app.on('window-all-closed', () => {});
