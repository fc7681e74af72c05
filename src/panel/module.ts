import { PanelPlugin } from '@grafana/data';
import { TracePanel } from './TracePanel';
import { addOptions, type PanelOptions } from './options';

// Static imports only: Grafana looks for a nested module's chunks where the build does not put them.
export const plugin = new PanelPlugin<PanelOptions>(TracePanel).setPanelOptions(addOptions);
