import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { formFields } from './form-fields.js';
import type { FormFields, FormRequest } from './form-fields.js';

/** A class that is made of the parameters of a form, and says in OpenAPI what they are. */
export interface FormClass {
  new (fields: FormFields): object;
  readonly openapi: Readonly<Record<string, unknown>>;
}

const FORM_KEY = 'nestjs-scopes:form';

const ReadForm = createParamDecorator(async (form: FormClass, context: ExecutionContext): Promise<object> => {
  const http = context.switchToHttp();
  // The answer holds a token, or says what was wrong with a password. @see RFC 6749 §5.1
  const response = http.getResponse<{ header(name: string, value: string): unknown }>();
  response.header('Cache-Control', 'no-store');
  response.header('Pragma', 'no-cache');
  return new form(await formFields(http.getRequest<FormRequest>()));
});

/**
 * Injects an OAuth2 form, read from the request body and checked; the document shows it as the request body.
 *
 * Reads urlencoded and multipart bodies, on Express and Fastify alike, with each parameter once. The response is not
 * cached (`Cache-Control: no-store`). A form that is not accepted never reaches the handler.
 *
 * @param form - the class to make: {@link OAuth2PasswordRequestForm}
 * @example
 * @Post('token')
 * login(@Form(OAuth2PasswordRequestForm) form: OAuth2PasswordRequestForm) { ... }
 *
 * @see FastAPI `form: Annotated[OAuth2PasswordRequestForm, Depends()]`
 */
export function Form(form: FormClass): ParameterDecorator {
  return (target, key, index) => {
    ReadForm(form)(target, key, index);
    const handler: unknown = key === undefined ? undefined : Reflect.get(target, key);
    if (typeof handler === 'function') Reflect.defineMetadata(FORM_KEY, form, handler);
    // By name as well: another decorator may put a function of its own in the place of this one.
    if (key !== undefined) Reflect.defineMetadata(FORM_KEY, form, target, key);
  };
}

/** The form that a handler takes, if it takes one. */
export function formOf({ handler, controller, methodName }: FormRoute): FormClass | undefined {
  const owner = ownerOf(controller.prototype as object | null, methodName);
  return (Reflect.getOwnMetadata(FORM_KEY, handler) ?? (owner && Reflect.getOwnMetadata(FORM_KEY, owner, methodName))) as FormClass | undefined;
}

/** What is read of a route. */
interface FormRoute {
  readonly handler: object;
  readonly controller: { readonly prototype: unknown };
  readonly methodName: string;
}

/** The prototype that declares a method. */
function ownerOf(prototype: object | null, methodName: string): object | undefined {
  if (prototype === null || Object.hasOwn(prototype, methodName)) return prototype ?? undefined;
  return ownerOf(Object.getPrototypeOf(prototype) as object | null, methodName);
}
