/** Which services there are. The position in the list is the offset of a service's port from the shop's first port. */
export interface ServiceDefinition {
  name: string;
  version: string;
  /** The OTLP door it exports through. Both are in use, as in a fleet that was not built in one day. */
  protocol: 'http/protobuf' | 'grpc';
}

export const SERVICES = [
  { name: 'frontend', version: '3.11.0', protocol: 'http/protobuf' },
  { name: 'catalog', version: '2.4.1', protocol: 'http/protobuf' },
  { name: 'cart', version: '1.9.0', protocol: 'grpc' },
  { name: 'checkout', version: '5.2.3', protocol: 'http/protobuf' },
  { name: 'inventory', version: '1.17.2', protocol: 'grpc' },
  { name: 'payment', version: '4.0.6', protocol: 'http/protobuf' },
  { name: 'payment-gateway', version: '2.1.0', protocol: 'grpc' },
  { name: 'acquirer', version: '0.9.4', protocol: 'http/protobuf' },
  { name: 'bank', version: '7.3.1', protocol: 'grpc' },
  { name: 'shipping', version: '1.6.0', protocol: 'http/protobuf' },
  { name: 'notifications', version: '2.0.2', protocol: 'grpc' },
] as const satisfies readonly ServiceDefinition[];

export type ServiceName = (typeof SERVICES)[number]['name'];
