/** Rules to begin with: what --example prints. */

export const exampleRules = `${JSON.stringify(
  {
    objectives: [
      { name: 'latency', kind: 'latency', below: '50ms', share: 0.99 },
      { name: 'errors', kind: 'errors', share: 0.999 },
      { name: 'up', kind: 'up', share: 0.999 },
      { name: 'confidence', kind: 'confidence', least: 0.5, share: 0.9 },
      { name: 'accuracy', kind: 'accuracy', share: 0.9 },
      {
        name: 'shirts',
        kind: 'class',
        class: 'Shirt',
        label: 6,
        from: 0.02,
        to: 0.25,
        window: '1h',
      },
      { name: 'drift', kind: 'drift' },
    ],
    burn: [
      { long: '1h', short: '5m', rate: 14.4, severity: 'page' },
      { long: '6h', short: '30m', rate: 6, severity: 'page' },
      { long: '3d', short: '6h', rate: 1, severity: 'ticket' },
    ],
    least: 20,
    coolDown: '15m',
    notify: [{ command: 'logger -t fmnist-watch' }],
  },
  null,
  2,
)}\n`;
