// The package's own index adds no more than a warning of Node 20, which ./node-20.ts makes up for.
declare module 'oidc-provider/lib/provider.js' {
  export { Provider } from 'oidc-provider';
}
declare module 'oidc-provider/lib/helpers/errors.js' {
  import { errors } from 'oidc-provider';

  export const InvalidTarget: typeof errors.InvalidTarget;
}
